// Catalogs of many permissions and roles: apart from the other orders, as mutation testing slows these down too much.
import { expect, test } from 'vitest';
import { orderPermissions } from '../../src/layout/order/order.ts';
import { modelUsers } from '../../src/layout/order/population.ts';
import { seededRandom } from '../../src/model/random.ts';
import { lexicographic, meanCharacters, names } from './orders.ts';

test.each([
  ['20,000 permissions and 2,400 roles', 20_000, 2_400, 40],
  ['100,000 permissions and 300 roles', 100_000, 300, 700],
  ['2,000 permissions, each of other roles', 2_000, 60, 500],
])('puts %s into an order with short claims', (_, count, roleCount, most) => {
  const random = seededRandom(7);
  // Roles hold every third permission of a stretch, so that lexicographic order cuts them to pieces.
  const roles = Array.from({ length: roleCount }, () => {
    const start = random(count);
    const size = 1 + random(most);
    return Array.from({ length: size }, (_, index) => (start + 3 * index) % count);
  });
  const order = orderPermissions(names(count), roles);
  expect(new Set(order).size).toBe(count);
  const users = modelUsers(count, roles, 2).slice(0, 100);
  expect(meanCharacters(order, users)).toBeLessThan(0.75 * meanCharacters(lexicographic(count), users));
});
