import type { Layout } from '@claimgen/verifier';
import { readPermissions } from '@claimgen/verifier/unverified';
import { describe, expect, it } from 'vitest';
import type { EffectiveRole } from '#simulator/api/effective-roles';
import type { HostResult } from '#simulator/host/host-job';
import { runOnNode } from '#simulator/host/run-on-node';
import { buildProject, CLAIM, codeOf, ORDERS, ordersConfig } from './built-action.ts';
import { status } from './misbehaviours.ts';
import { DOMAIN, SECRETS, scriptApi } from './scripted-api.ts';

const source = [
  { roles: { groups: true } },
  { event: 'user.app_metadata.permissions', organizations: 'tenant-wide' },
  {
    managementApi: { domain: DOMAIN, deadlineMs: 1_000 },
    organizations: 'tenant-wide',
    onError: 'continue',
    onErrorRefresh: 'omit',
  },
];
const entry = new URL('../../dist/simulator/host/host-process.js', import.meta.url);
const description = {
  audience: ORDERS,
  user: { roles: ['Clerk'], appMetadata: { permissions: ['orders:write'] } },
  secrets: SECRETS,
};

describe.each(['18', '22', 'current'] as const)('an Action with every source on Node %s', (version) => {
  // More permissions than stay plain text, so that unpacking runs there, too.
  const names = Array.from({ length: 3_000 }, (_, index) => `orders:p${index}`);
  const permissions = ['orders:read', 'orders:write', 'orders:audit', ...names];
  const catalog = {
    permissions: permissions.map((name) => ({ name, audience: ORDERS })),
    roles: { Clerk: [{ name: 'orders:read', audience: ORDERS }] },
  };

  it('unites them, keeps the token and meets a failure as declared', async () => {
    const api = await scriptApi({
      held: { [ORDERS]: ['orders:audit'] },
      misbehave: (index) => (index >= 2 ? status(500) : undefined),
    });
    const code = codeOf(buildProject(ordersConfig({ source, scopes: 'strip', onOverflow: 'deny' }), catalog));
    const options = { origins: api.origins };
    const logins = [
      { description, options },
      { description, options },
      { description: { ...description, organization: { id: 'org_1' } }, options },
      { description: { ...description, organization: { id: 'org_1' }, flow: 'refresh' as const }, options },
    ];
    const results: HostResult[] = [];
    for await (const result of runOnNode(version, { code, logins, entry })) results.push(result);
    expect(results.map(({ result }) => result.accessTokenClaims[CLAIM])).toEqual([
      ['orders:audit', 'orders:read', 'orders:write'],
      // From the cache.
      ['orders:audit', 'orders:read', 'orders:write'],
      ['orders:read', 'orders:write'],
      [],
    ]);
    expect(results.map(({ result }) => [result.outcome, result.error])).toEqual(
      results.map(() => ['allowed', undefined]),
    );
    expect(results[1]?.result.requests).toEqual([]);
    if (version !== 'current') expect(results[0]?.node).toMatch(new RegExp(`^v?${version}\\.`));
  });
});

describe('roles of the tenant and of organizations', () => {
  const typed = (type: string, ...names: readonly string[]): EffectiveRole[] =>
    names.map((name, index) => ({ id: `rol_${type}_${index}`, name, type }));

  it.each(['18', '22'] as const)('are told apart on Node %s', async (version) => {
    const code = codeOf(buildProject(ordersConfig({ source: ['roles'] })));
    const member = {
      audience: ORDERS,
      organization: { id: 'org_1' },
      user: { roles: ['Manager', 'Clerk'] },
    };
    const logins = [
      { description: member, options: { effectiveRoles: typed('organization', 'Manager', 'Clerk') } },
      {
        description: member,
        options: { effectiveRoles: [...typed('organization', 'Manager'), ...typed('tenant', 'Clerk')] },
      },
    ];
    const claims: unknown[] = [];
    for await (const { result } of runOnNode(version, { code, logins, entry })) {
      claims.push(result.accessTokenClaims[CLAIM]);
    }
    expect(claims).toEqual([[], ['orders:read']]);
  });
});

describe('grant: requested', () => {
  it('works for a bitset, with scopes stripped, on the Nodes of Auth0', async () => {
    const built = buildProject(ordersConfig({ scopes: 'strip' }, { grant: 'requested', encoding: 'bitset' }));
    const layout = JSON.parse(
      built.artifacts.find(({ path }) => path.endsWith('verifier/orders.json'))?.text ?? '',
    ) as Layout;
    const login = {
      audience: ORDERS,
      user: { roles: ['Manager'] },
      scopes: ['openid', 'orders:write', 'orders:audit'],
    };
    for (const version of ['18', '22'] as const) {
      const job = { code: codeOf(built), logins: [{ description: login }], entry };
      for await (const { result } of runOnNode(version, job)) {
        expect([...readPermissions(result.accessTokenClaims, layout)]).toEqual(['orders:write']);
        expect(result.scope).toEqual(['openid']);
      }
    }
  });
});
