// Modelled users of a catalog, as `claimgen population` reads real ones.
import type { Catalog, Permission } from '../catalog/catalog.ts';
import { modelledUsers } from '../model/users.ts';
import type { PopulationUser } from './population-user.ts';

/**
 * Users modelled from a role table. The same for the same arguments.
 * @param count how many
 */
export function* modelUsers(catalog: Catalog, count: number, seed: number): Generator<PopulationUser> {
  const { roles, permissions } = catalog;
  const users = modelledUsers(roles.length, permissions.length, seed);
  for (let number = 0; number < count; number++) {
    const user = users.next().value;
    yield {
      // As long as the ids of Auth0's own user database.
      id: `auth0|${number.toString(16).padStart(24, '0')}`,
      roles: user.roles.map((index) => roles[index]?.name as string),
      direct: user.direct.map((index) => permissions[index] as Permission),
      fields: {},
    };
  }
}
