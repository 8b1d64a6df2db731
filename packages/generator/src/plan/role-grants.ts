// Who gets what: the permissions that each role gives in one audience's tokens.

import { rolesHolding } from '../catalog/role-index.ts';
import { factsOfAll } from '../sources/facts-of.ts';
import type { AudiencePlan } from './audience-plan.ts';

/**
 * The names that each role gives, as tokens carry them, sorted by UTF-16 code units; a role that gives nothing here is left out. None where no
 * source of the audience reads roles.
 */
export function roleGrants({
  audience,
  catalog,
  selected,
}: AudiencePlan): ReadonlyMap<string, readonly string[]> {
  if (!factsOfAll(audience.sources).some(({ readsRoles }) => readsRoles)) return new Map();
  const held = catalog.roles.map((): string[] => []);
  for (const [name, permission] of selected) {
    for (const role of rolesHolding(catalog, permission)) held[role]?.push(name);
  }
  return new Map(
    catalog.roles.flatMap(({ name }, position): [string, readonly string[]][] => {
      const names = held[position] ?? [];
      return names.length === 0 ? [] : [[name, names.sort()]];
    }),
  );
}
