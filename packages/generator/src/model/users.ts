// Users as tenants have them, modelled from a role table: what orders of places are chosen by, and what `population` sizes.
import { type Random, seededRandom } from './random.ts';

const MAX_ROLES = 8;
const MAX_DIRECT = 5;

/** How many users hold k roles, k from 1: heavy-tailed, 1 / k². */
const WEIGHTS = Array.from({ length: MAX_ROLES }, (_, index) => 1 / (index + 1) ** 2);
const TOTAL = WEIGHTS.reduce((sum, weight) => sum + weight, 0);

/** What one user holds, as indices: roles each once, permissions assigned directly as they were drawn. */
export interface ModelledUser {
  readonly roles: readonly number[];
  readonly direct: readonly number[];
}

/**
 * Users without end: 1 to 8 different roles each, k of them with a weight of 1 / k², and 0 to 5 permissions assigned directly. The same for
 * the same arguments, on every machine.
 * @param roleCount how many roles there are to choose from
 * @param permissionCount the same of permissions
 */
export function* modelledUsers(
  roleCount: number,
  permissionCount: number,
  seed: number,
): Generator<ModelledUser, never> {
  const random = seededRandom(seed);
  for (;;) {
    const roles = new Set<number>();
    const wanted = Math.min(howManyRoles(random), roleCount);
    while (roles.size < wanted) roles.add(random(roleCount));
    const direct = Array.from({ length: random(MAX_DIRECT + 1) }, () => random(permissionCount));
    yield { roles: [...roles], direct: permissionCount === 0 ? [] : direct };
  }
}

function howManyRoles(random: Random): number {
  let left = (random(0x40000000) / 0x40000000) * TOTAL;
  let count = 1;
  for (const weight of WEIGHTS) {
    left -= weight;
    if (left < 0) break;
    count++;
  }
  return Math.min(count, MAX_ROLES);
}
