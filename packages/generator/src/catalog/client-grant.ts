// A client grant of a tenant export: auth0-deploy-cli 8.44, lib/tools/auth0/handlers/clientGrants.js. What is not known to be a grant to
// users is a grant to machines, whose tokens carry its scopes.
import type { Entry } from './entry.ts';
import type { NeededApis } from './needed-apis.ts';

/** What a machine may request of an API: the scopes stand in its tokens as they are. */
export interface ClientGrant {
  /** The client's name, as auth0-deploy-cli exports it, its id, or which clients have the grant by default. */
  readonly client: string;
  /** The API identifier; where a keyword leaves it open, as the file has it. */
  readonly audience: string;
  /** The scopes granted; `all` for all those of the API. */
  readonly scopes: readonly string[] | 'all';
}

/** What the exporter writes for a grant without a client. */
const NO_CLIENT = 'undefined_clientId';

/**
 * Reads a grant. Of its parts, `audience` alone must be there.
 * @param notes takes what stops nothing
 * @returns undefined where it can't be read, for grants to users, which are no tokens of machines, and for APIs that the config does not name
 */
export function readClientGrant(
  grant: Entry,
  needed: NeededApis,
  notes: Set<string>,
): ClientGrant | undefined {
  const field = grant.field('audience');
  const audience = field.pattern;
  if (audience !== undefined && !needed.has(audience)) return undefined;
  if (grant.refuseKeyword()) return undefined;
  if (audience === undefined || audience === '') {
    field.requiredString();
    return undefined;
  }
  const subject = grant.field('subject_type');
  if (subject.refuseKeyword() || subject.value === 'user') return undefined;
  const client = clientOf(grant);
  const scopes = readScopes(grant);
  if (scopes === undefined) return undefined;
  if (scopes === 'unknown')
    notes.add(
      `The grant of ${JSON.stringify(client)} to ${JSON.stringify(audience)} has no "scope": it is sized with every scope of the API.`,
    );
  if (field.keyword !== undefined)
    notes.add(
      `Nothing replaces the keyword ${field.keyword} in the export: the grant of ${JSON.stringify(client)} to ${JSON.stringify(audience)} is sized for each API that this may be.`,
    );
  return { client, audience, scopes: scopes === 'unknown' ? 'all' : scopes };
}

function readScopes(grant: Entry): readonly string[] | 'all' | 'unknown' | undefined {
  if (grant.field('default_for').refuseKeyword()) return undefined;
  const all = grant.field('allow_all_scopes');
  if (all.optionalBoolean() === true) return 'all';
  const scope = grant.field('scope');
  if (scope.isAbsent) return 'unknown';
  const names = scope.optionalArray('Write ["orders:read", …].').map((name) => name.requiredString());
  return names.filter((name) => name !== undefined);
}

function clientOf(grant: Entry): string {
  const defaultFor = grant.field('default_for').written;
  if (defaultFor === 'third_party_clients') return 'any third-party client';
  if (defaultFor !== undefined) return `any of ${defaultFor}`;
  const client = grant.field('client_id').written;
  return client === undefined || client === '' || client === NO_CLIENT ? 'a client without a name' : client;
}
