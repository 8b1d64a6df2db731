import { type Random, seededRandom } from './random.ts';

const MOST_ROLES = 8;
const MOST_DIRECT = 5;
const MOST_USERS = 500;
const MOST_HELD_IN_ALL = 400_000;

/**
 * Modelled users of a role table: 1 to 8 roles each, k of them with a weight of 1 / k², and 0 to 5 permissions besides.
 * At most 500 users, and fewer where they hold so much that measuring them would take long.
 *
 * @returns per user the indices of the permissions held, unordered, each once
 */
export function modelUsers(
  permissionCount: number,
  roles: readonly (readonly number[])[],
  seed: number,
): readonly Uint32Array[] {
  const random = seededRandom(seed);
  const users: Uint32Array[] = [];
  let heldInAll = 0;
  while (users.length < MOST_USERS && heldInAll < MOST_HELD_IN_ALL) {
    const held = new Set<number>();
    for (const role of chooseRoles(roles, random)) for (const permission of role) held.add(permission);
    for (let i = random(MOST_DIRECT + 1); i > 0; i--) held.add(random(permissionCount));
    users.push(Uint32Array.from(held));
    heldInAll += held.size + 1;
  }
  return users;
}

function chooseRoles(roles: readonly (readonly number[])[], random: Random): (readonly number[])[] {
  const chosen = new Set<number>();
  const wanted = Math.min(roleCount(random), roles.length);
  while (chosen.size < wanted) chosen.add(random(roles.length));
  return Array.from(chosen, (index) => roles[index] as readonly number[]);
}

function roleCount(random: Random): number {
  const weights = Array.from({ length: MOST_ROLES }, (_, index) => 1 / (index + 1) ** 2);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = (random(0x40000000) / 0x40000000) * total;
  let count = 1;
  for (const weight of weights) {
    left -= weight;
    if (left < 0) break;
    count++;
  }
  return Math.min(count, MOST_ROLES);
}
