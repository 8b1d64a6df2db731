// The source `event`: an array of names that the tenant's administrators keep in Auth0's event.
import type { EventSource } from '@claimgen/action-runtime';
import { eventPathProblem } from './event-path.ts';
import {
  LISTS_IN_ORGANIZATIONS,
  type SourceEntry,
  type SourceFacts,
  type SourceKind,
  tenantWideOrRefuse,
} from './source-facts.ts';

export const EVENT: SourceKind = {
  kind: 'event',
  isRepeatable: true,
  read,
  reader: { module: 'sources/event', member: 'event: readEvent' },
  only: {
    change: 'a source event alone, which carries names in place of the tables of roles',
    source: {
      kind: 'event',
      path: ['user', 'app_metadata', 'permissions'],
      organizations: 'refuse',
      onError: 'deny',
      onErrorRefresh: 'deny',
    },
  },
};

function read(entry: SourceEntry): EventSource {
  const { raw, failing, fail } = entry;
  const path = (raw.event ?? '').replace(/^event\./, '').split('.');
  const problem = eventPathProblem(path, raw.trusted ?? false);
  if (problem !== undefined) fail('event', problem.message, problem.fix);
  return { kind: 'event', path, organizations: tenantWideOrRefuse(entry), ...failing };
}

/** What is known of it. */
export function eventFacts(source: EventSource): SourceFacts {
  const { kind: _kind, path, ...settings } = source;
  const name = `event.${path.join('.')}`;
  return {
    name,
    readsRoles: false,
    readsDirect: true,
    isReadByAction: false,
    needs: { roles: false, names: true, apis: false, effectiveRoles: false, secrets: [] },
    notes: () => [],
    failure: `${path.join('.')} is not an array of strings`,
    describe: (comment) => `the list at ${comment(name)}${LISTS_IN_ORGANIZATIONS[source.organizations]}`,
    inDomain: () => source,
    settings,
    path,
  };
}
