// What the roles of a catalog grant of what an audience selects.
import type { Catalog, Permission } from '../catalog/catalog.ts';
import { rolesHolding } from '../catalog/role-index.ts';

/**
 * The names, as the layout has them, of the permissions that some role grants.
 * @param selected an environment's permissions by the name they go by in the layout
 */
export function grantedByRoles(
  selected: ReadonlyMap<string, Permission>,
  catalog: Catalog,
): ReadonlySet<string> {
  return new Set(
    [...selected].flatMap(([name, permission]) =>
      rolesHolding(catalog, permission).length > 0 ? [name] : [],
    ),
  );
}
