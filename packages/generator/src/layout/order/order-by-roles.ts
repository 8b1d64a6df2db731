import type { Catalog } from '../../catalog/catalog.ts';
import { PermissionMap } from '../../catalog/permission-map.ts';
import type { Selection } from '../../selection/select.ts';
import type { OrderNames } from '../layout.ts';
import { orderPermissions } from './order.ts';

/** The order that makes claims short for users of the catalogs' roles, of all environments. */
export function orderByRoles(selection: Selection, catalogs: ReadonlyMap<string, Catalog>): OrderNames {
  return (names) =>
    orderPermissions(names, rolesAsIndices(selection, catalogs, names)).map(
      (index) => names[index] as string,
    );
}

/** The roles of all environments, each as the indices in `names` of what it grants; roles that grant none of them are left out. */
export function rolesAsIndices(
  selection: Selection,
  catalogs: ReadonlyMap<string, Catalog>,
  names: readonly string[],
): number[][] {
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const roles = [...selection.byEnvironment].flatMap(([environment, selected]) => {
    const indices = new PermissionMap<number>();
    for (const [name, permission] of selected) {
      const index = indexOf.get(name);
      if (index !== undefined) indices.set(permission, index);
    }
    return (catalogs.get(environment)?.roles ?? []).map((role) => [
      ...new Set(indices.valuesOf(role.permissions)),
    ]);
  });
  return roles.filter((role) => role.length > 0);
}
