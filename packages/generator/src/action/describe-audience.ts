// What the header of an Action says of its APIs: identifiers, claims, sources and what a failure does.
import type { AudienceTable, Source } from '@claimgen/action-runtime';
import { describeClients } from '../config/clients.ts';

/** What the header says about one API, without its sources. */
export function describeAudience(table: AudienceTable, comment: (text: string) => string): string[] {
  const places = table.ends[table.ends.length - 1] ?? 0;
  const form = table.encoding === 'bitset' ? 'a bitset' : 'a list of names';
  return [
    `${table.name}: API ${comment(table.audience)}, claim ${comment(table.claim)},`,
    `${form} over ${places} ${places === 1 ? 'permission' : 'permissions'} (layout ${table.ids.join(' ')} in claimgen.lock.json)`,
    ...(table.cap === undefined
      ? []
      : [`${table.cap.bytes} bytes are left for the claim: with more, ${OVERFLOWS[table.cap.onOverflow]}`]),
    ...(table.clients === undefined
      ? []
      : [`${describeClients(table.clients, comment)}; others get no permissions`]),
    ...(table.grant === undefined ? [] : ['only permissions that the client requests as scopes, too']),
    ...(table.strip === undefined ? [] : [`removes ${table.strip.length} scopes of the API from the token`]),
  ];
}

const FAILURES = {
  deny: 'the login is denied',
  omit: 'the token grants nothing',
  continue: 'it adds nothing',
} as const;

const OVERFLOWS = {
  deny: 'the login is denied',
  omit: 'the token grants nothing',
  marker: 'the claim says so in place of permissions',
} as const;

/** Where permissions come from, and what a failure of it does. */
export function describeSource(source: Source, comment: (text: string) => string): string {
  const failing =
    source.onError === source.onErrorRefresh
      ? FAILURES[source.onError]
      : `${FAILURES[source.onError]}, and on refresh ${FAILURES[source.onErrorRefresh]}`;
  return `${describeWhere(source, comment)}; when that fails, ${failing}`;
}

function describeWhere(source: Source, comment: (text: string) => string): string {
  switch (source.kind) {
    case 'roles':
      return `the user's roles${source.groups ? ', those held through groups too' : ''}${ROLES_IN_ORGANIZATIONS[source.organizations]}`;
    case 'event':
      return `the list at ${comment(`event.${source.path.join('.')}`)}${LISTS_IN_ORGANIZATIONS[source.organizations]}`;
    case 'managementApi':
      return `the Management API at ${comment(source.domain)}, in at most ${source.maxRequests} requests and ${source.deadlineMs} ms${LISTS_IN_ORGANIZATIONS[source.organizations]}`;
  }
}

const ROLES_IN_ORGANIZATIONS = {
  ask: ", in organizations those that api.roles calls the tenant's",
  'trust-names': ", in organizations by name, whether the tenant's or the organization's own",
  refuse: ', not in organizations',
} as const;

const LISTS_IN_ORGANIZATIONS = {
  'tenant-wide': ', in organizations too',
  refuse: ', not in organizations',
} as const;
