import { modelledUsers } from '../../packages/generator/dist/model/users.js';
import { seeded } from './random.js';

const WEIGHTS = Array.from({ length: 8 }, (_, index) => 1 / (index + 1) ** 2);
const TOTAL = WEIGHTS.reduce((sum, weight) => sum + weight, 0);
const MAX_DIRECT = 5;

/** Modelled users, as claimgen models them: what each holds, as ascending indices. */
export function modelUsers({ permissions, roles }, count, seed) {
  const users = modelledUsers(roles.length, permissions.length, seed);
  return Array.from({ length: count }, () => {
    const user = users.next().value;
    const held = new Set([...user.roles.flatMap((role) => roles[role]), ...user.direct]);
    return [...held].sort((x, y) => x - y);
  });
}

/** Users who hold each permission independently with the same chance. */
export function uniformUsers(size, density, count, seed) {
  const random = seeded(seed);
  return Array.from({ length: count }, () =>
    Array.from({ length: size }, (_, index) => index).filter(() => random(1_000_000) < 1_000_000 * density),
  );
}

/**
 * The entropy of who is chosen what, in bits: no code is shorter on average, save for what different choices of roles have in
 * common.
 */
export function modelEntropy({ permissions, roles }) {
  const most = Math.min(WEIGHTS.length, roles.length);
  let bits = 0;
  WEIGHTS.forEach((weight, index) => {
    const chance = weight / TOTAL;
    bits += chance * (-Math.log2(chance) + log2Choose(roles.length, Math.min(index + 1, most)));
  });
  for (let direct = 0; direct <= MAX_DIRECT; direct++) {
    bits += (Math.log2(MAX_DIRECT + 1) + log2Choose(permissions.length, direct)) / (MAX_DIRECT + 1);
  }
  return bits;
}

export function uniformEntropy(size, density) {
  return size * (-density * Math.log2(density) - (1 - density) * Math.log2(1 - density));
}

function log2Choose(n, k) {
  let bits = 0;
  for (let i = 0; i < k; i++) bits += Math.log2((n - i) / (i + 1));
  return bits;
}
