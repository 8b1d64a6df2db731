import { describe, expect, it } from 'vitest';
import { modelUsers } from '../../src/layout/order/population.ts';
import { modelledUsers } from '../../src/model/users.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('the users that an order is chosen for', () => {
  it('are 500, each with what the roles grant and what is held directly, once', () => {
    const roles = [[3, 1, 2], [2, 4], [9], []];
    const users = modelUsers(10, roles, 7);
    expect(users).toHaveLength(500);
    const modelled = modelledUsers(roles.length, 10, 7);
    for (const held of users) {
      const user = modelled.next().value;
      const all = [...user.direct, ...user.roles.flatMap((role) => roles[role] ?? [])];
      expect([...held].sort()).toEqual([...new Set(all)].sort());
    }
  });

  it('are as many as hold 400,000 permissions, each user counting for one more', () => {
    const users = modelUsers(1_996, [numbers(1_996), numbers(1_996)], 7);
    const counted = users.reduce((sum, held) => sum + held.length + 1, 0);
    expect(counted).toBeGreaterThanOrEqual(400_000);
    expect(counted - (users.at(-1)?.length ?? 0) - 1).toBeLessThan(400_000);
    // 200 users of exactly 2,000 each.
    expect(modelUsers(1_999, [numbers(1_999)], 7)).toHaveLength(200);
  });
});
