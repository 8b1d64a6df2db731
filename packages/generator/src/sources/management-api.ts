// The source `managementApi`: the user's effective permissions, asked for at login.
import type { ManagementApiSource } from '@claimgen/action-runtime';
import { managementApiNotes } from './management-api-notes.ts';
import {
  LISTS_IN_ORGANIZATIONS,
  refuseTrusted,
  type SourceEntry,
  type SourceFacts,
  type SourceKind,
  tenantWideOrRefuse,
} from './source-facts.ts';

const HASH = '(text) => require("crypto").createHash("sha256").update(text).digest("base64url")';

const DEFAULTS = {
  clientIdSecret: 'CLAIMGEN_CLIENT_ID',
  clientSecretSecret: 'CLAIMGEN_CLIENT_SECRET',
  // A trigger has 20 seconds for all its Actions.
  deadlineMs: 2000,
  // An API has 1,000 permissions at most (Auth0's entity limits), which are 20 pages: with the token's request, four are left to try again.
  maxRequests: 25,
  cacheSeconds: 60,
};

/** Seconds that permissions are kept at most where the claim says when they were read. */
const MAX_DATED_CACHE = 5;

export const MANAGEMENT_API: SourceKind = {
  kind: 'managementApi',
  isRepeatable: false,
  read,
  reader: {
    module: 'sources/management-api/reader',
    member: `managementApi: createReader(\n      ${HASH},\n    )`,
  },
  only: {
    change: 'the source managementApi alone, which carries names in place of the tables of roles',
    source: {
      kind: 'managementApi',
      ...DEFAULTS,
      domain: 'tenant.eu.auth0.com',
      organizations: 'refuse',
      onError: 'deny',
      onErrorRefresh: 'deny',
    },
  },
};

function read(entry: SourceEntry): ManagementApiSource {
  refuseTrusted(entry);
  const { raw, defaults, failing } = entry;
  const { cacheSeconds } = raw.managementApi ?? {};
  if (defaults.asOf && cacheSeconds !== undefined && cacheSeconds > MAX_DATED_CACHE) {
    entry.fail(
      'managementApi',
      `with asOf what is kept counts as old as it is, and cacheSeconds: ${cacheSeconds} would make new tokens stale`,
      `Set cacheSeconds to ${MAX_DATED_CACHE} at most, or remove it.`,
    );
  }
  return {
    kind: 'managementApi',
    ...DEFAULTS,
    ...(defaults.asOf ? { cacheSeconds: 0 } : {}),
    ...(raw.managementApi as Pick<ManagementApiSource, 'domain'>),
    organizations: tenantWideOrRefuse(entry),
    ...failing,
  };
}

/** What is known of it. */
export function managementApiFacts(source: ManagementApiSource): SourceFacts {
  const { kind: _kind, ...settings } = source;
  return {
    name: 'managementApi',
    readsRoles: true,
    readsDirect: true,
    isReadByAction: true,
    needs: {
      roles: false,
      names: true,
      apis: true,
      effectiveRoles: false,
      secrets: [source.clientIdSecret, source.clientSecretSecret],
    },
    notes: (apis) => managementApiNotes(source, apis),
    failure: 'the Management API is down, slow or over its rate limit',
    describe: (comment) =>
      `the Management API at ${comment(source.domain)}, in at most ${source.maxRequests} requests and ${source.deadlineMs} ms${LISTS_IN_ORGANIZATIONS[source.organizations]}`,
    asks: 'the Management API, with the client credentials in its secrets, which it neither logs nor passes on',
    inDomain: (domain) => ({ ...source, domain }),
    settings,
  };
}
