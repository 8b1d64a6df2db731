// The kinds of sources, and the one place that tells them apart.
import { EVENT, eventFacts } from './event.ts';
import { MANAGEMENT_API, managementApiFacts } from './management-api.ts';
import { ROLES, rolesFacts } from './roles.ts';
import type { PermissionSource, SourceFacts, SourceKind } from './source-facts.ts';

/** In the order in which they are told. */
export const SOURCE_KINDS: readonly SourceKind[] = [ROLES, EVENT, MANAGEMENT_API];

/** What is known of a source. */
export function factsOf(source: PermissionSource): SourceFacts {
  switch (source.kind) {
    case 'roles':
      return rolesFacts(source);
    case 'event':
      return eventFacts(source);
    case 'managementApi':
      return managementApiFacts(source);
  }
}

/** Of several sources, such as all of an audience. */
export function factsOfAll(sources: readonly PermissionSource[]): SourceFacts[] {
  return sources.map(factsOf);
}
