// Which roles hold a permission: looked up for every permission of every API, and so computed once for a catalog.
import type { Catalog, Permission } from './catalog.ts';

/** By API (undefined for permissions of none in particular), by name: the positions of the roles in the catalog. */
type RoleIndex = ReadonlyMap<string | undefined, ReadonlyMap<string, readonly number[]>>;

const indexes = new WeakMap<Catalog, RoleIndex>();

/** The positions in `catalog.roles` of the roles that hold a permission, ascending. */
export function rolesHolding(catalog: Catalog, { audience, name }: Permission): readonly number[] {
  const index = indexes.get(catalog) ?? indexRoles(catalog);
  indexes.set(catalog, index);
  return index.get(audience)?.get(name) ?? [];
}

function indexRoles({ roles }: Catalog): RoleIndex {
  const index = new Map<string | undefined, Map<string, number[]>>();
  for (const [position, { permissions }] of roles.entries()) {
    for (const { audience, name } of permissions) {
      const ofApi = index.get(audience) ?? new Map<string, number[]>();
      index.set(audience, ofApi);
      const holders = ofApi.get(name);
      if (holders === undefined) ofApi.set(name, [position]);
      // An export may list a permission twice.
      else if (holders.at(-1) !== position) holders.push(position);
    }
  }
  return index;
}
