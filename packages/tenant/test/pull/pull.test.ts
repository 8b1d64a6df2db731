import { PLANS } from '@claimgen/simulator/management-api/index';
import { describe, expect, it } from 'vitest';
import { formatRemaining, type Progress } from '../../src/pull/estimate.ts';
import { pull } from '../../src/pull/pull.ts';
import { startStandIn } from '../stand-in.ts';
import { identifierOf, scopeOf, tenantOf } from '../tenants.ts';

describe('pull', () => {
  it.each([50, 100])(
    'reads every API, scope, role and permission where pages are capped at %i',
    async (pageCap) => {
      const size = { apis: 3, scopes: 7, roles: 120, permissions: 7 };
      const standIn = await startStandIn({ tenant: tenantOf(size), pageCap });
      const found = await pull(await standIn.open());
      expect(found.apis.map(({ identifier }) => identifier)).toEqual([0, 1, 2].map(identifierOf));
      expect([...(found.apis[1]?.scopes ?? [])]).toEqual(
        Array.from({ length: 7 }, (_, scope) => ({ value: scopeOf(1, scope), description: `Do ${scope}` })),
      );
      expect(found.roles).toHaveLength(120);
      for (const role of found.roles) expect(role.permissions).toHaveLength(7);
      expect(standIn.requests.filter((request) => !request.startsWith('GET'))).toEqual(['POST /oauth/token']);
    },
  );

  it("tells before most of the work how long it will take at the plan's rate", async () => {
    const size = { apis: 1, scopes: 500, roles: 40, permissions: 500 };
    const standIn = await startStandIn({
      tenant: tenantOf(size),
      pageCap: 50,
      rate: PLANS.free,
      speed: 2_000,
    });
    const told: Progress[] = [];
    await pull(await standIn.open(), { onProgress: (progress) => told.push(progress) });
    // 40 roles of 10 pages, and the lists of APIs, roles and grants.
    const [first] = told;
    expect(first).toEqual({ done: 12, expected: 403, rate: 2 });
    expect(formatRemaining(first as Progress)).toBe('391 requests, about 3 min at 2 requests/s');
    expect(told.at(-1)?.done).toBe(
      standIn.requests.filter((request) => request.startsWith('GET')).length - 1,
    );
  });
});
