// A plan without Auth0's own permissions claim, and what the rest of it says still.
import { describe, expect, it } from 'vitest';
import { dialectWithoutStock, withoutStock } from '../../src/budget/stock-claim.ts';
import { planOf } from './plan-of.ts';

const plan = planOf({
  permissions: ['a'],
  api: { tokenDialect: 'access_token_authz', enforcePolicies: true },
  sample: { permissions: ['a'], department: 'sales' },
});

describe("a plan without Auth0's own claim", () => {
  it('has RBAC off for its API, and nothing else is another', () => {
    const [other, own] = plan.catalog.apis;
    const after = withoutStock(plan);
    expect(after.catalog.apis).toEqual([other, { ...own, enforcePolicies: false }]);
    expect(after.sample).toEqual({ department: 'sales' });
    expect({ ...after, catalog: plan.catalog, sample: plan.sample }).toEqual(plan);
  });

  it('is one with the dialect that has no claim, where Auth0 writes one', () => {
    expect(dialectWithoutStock(plan)).toBe('access_token');
    expect(dialectWithoutStock(withoutStock(plan))).toBeUndefined();
    expect(dialectWithoutStock(planOf({ permissions: ['a'] }))).toBeUndefined();
  });
});
