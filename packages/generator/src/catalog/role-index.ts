// Which roles hold a permission: looked up for every permission of every API, and so computed once for a catalog.
import type { Catalog, Permission } from './catalog.ts';
import { PermissionMap } from './permission-map.ts';

const indexes = new WeakMap<Catalog, PermissionMap<number[]>>();

/** The positions in `catalog.roles` of the roles that hold a permission, ascending. */
export function rolesHolding(catalog: Catalog, permission: Permission): readonly number[] {
  const index = indexes.get(catalog) ?? indexRoles(catalog);
  indexes.set(catalog, index);
  return index.get(permission) ?? [];
}

function indexRoles({ roles }: Catalog): PermissionMap<number[]> {
  const index = new PermissionMap<number[]>();
  for (const [position, { permissions }] of roles.entries()) {
    for (const permission of permissions) {
      const holders = index.get(permission);
      if (holders === undefined) index.set(permission, [position]);
      // An export may list a permission twice.
      else if (holders.at(-1) !== position) holders.push(position);
    }
  }
  return index;
}
