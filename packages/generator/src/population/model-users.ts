import type { Catalog } from '../catalog/catalog.ts';
import { type Random, seededRandom } from '../layout/order/random.ts';
import type { PopulationUser } from './population-user.ts';

const MOST_ROLES = 8;
const MOST_DIRECT = 5;

/** How many users in all hold k roles, k from 1: heavy-tailed, 1 / k². */
const ROLE_COUNT_BOUNDS = cumulative(Array.from({ length: MOST_ROLES }, (_, index) => 1 / (index + 1) ** 2));

/**
 * Users modelled from a role table: 1 to 8 roles each, heavy-tailed, and 0 to 5 permissions besides. The same for the same arguments.
 * @param count how many
 */
export function* modelUsers(catalog: Catalog, count: number, seed: number): Generator<PopulationUser> {
  const random = seededRandom(seed);
  for (let number = 0; number < count; number++) {
    const roles = new Set<string>();
    const wanted = Math.min(roleCount(random), catalog.roles.length);
    while (roles.size < wanted) roles.add(catalog.roles[random(catalog.roles.length)]?.name as string);
    const direct = Array.from(
      { length: random(MOST_DIRECT + 1) },
      () => catalog.permissions[random(catalog.permissions.length)] as Catalog['permissions'][number],
    );
    // As long as the ids of Auth0's own user database.
    yield { id: `auth0|${number.toString(16).padStart(24, '0')}`, roles: [...roles], direct, fields: {} };
  }
}

function roleCount(random: Random): number {
  const at = random(0x40000000) / 0x40000000;
  return 1 + ROLE_COUNT_BOUNDS.findIndex((bound) => at < bound);
}

function cumulative(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  return weights.map((weight, index) => {
    sum += weight;
    return index === weights.length - 1 ? 1 : sum / total;
  });
}
