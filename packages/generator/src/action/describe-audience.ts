// What the header of an Action says of its APIs: identifiers, claims, sources and what a failure does.
import type { AudienceTable, Source } from '@claimgen/action-runtime';
import { describeClients } from '../config/clients.ts';
import { factsOf } from '../sources/facts-of.ts';

/** What the header says about one API, without its sources. */
export function describeAudience(table: AudienceTable, comment: (text: string) => string): string[] {
  const places = table.ends[table.ends.length - 1] ?? 0;
  const form = table.encoding === 'bitset' ? 'a bitset' : 'a list of names';
  return [
    `${table.name}: API ${comment(table.audience)}, claim ${comment(table.claim)},`,
    `${form} over ${places} ${places === 1 ? 'permission' : 'permissions'} (layout ${table.ids.join(' ')} in claimgen.lock.json)`,
    ...(table.asOf === undefined
      ? []
      : [
          `the claim says when the permissions were read: ${table.asOf === 'action' ? 'all of them by this Action' : 'some by Auth0, up to 20 s before'}`,
        ]),
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
  return `${factsOf(source).describe(comment)}; when that fails, ${failing}`;
}
