import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loginEvent } from '#simulator/event/events';
import { flows } from '#simulator/event/login-description';
import { InputError } from '../../src/errors.ts';
import { buildProject, CLAIM, ORDERS, ordersConfig, SMALL_CATALOG, startAction } from './built-action.ts';
import { DOMAIN } from './scripted-api.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 150);
const METADATA = { event: 'user.app_metadata.permissions' };

function byRoles(roles: readonly string[] | null, more: object = {}) {
  return loginEvent({ audience: ORDERS, user: { roles }, ...more });
}

function withMetadata(appMetadata: unknown, more: object = {}) {
  return loginEvent({ audience: ORDERS, user: { appMetadata }, ...more });
}

describe('roles', () => {
  const action = startAction(ordersConfig({ source: ['roles'] }));

  it.each(flows)('give their permissions in the flow %s', async (flow) => {
    const result = await action.login(byRoles(['Clerk', 'Manager'], { flow }));
    expect(result.accessTokenClaims[CLAIM]).toEqual(['orders:read', 'orders:refund', 'orders:write']);
    expect(result.log).toEqual([]);
  });

  it('are those of the member in an organization', async () => {
    const result = await action.login(byRoles(['Clerk'], { organization: { id: 'org_1' } }));
    expect(result.accessTokenClaims[CLAIM]).toEqual(['orders:read']);
  });

  it('none, without permissions or absent from the event give an empty claim', async () => {
    for (const roles of [[], ['Visitor'], null]) {
      const result = await action.login(byRoles(roles));
      expect([result.accessTokenClaims[CLAIM], result.log]).toEqual([[], []]);
    }
  });

  it('that the table lacks give nothing but one log line, without their names', async () => {
    const result = await action.login(byRoles(['Clerk', 'Boss', '__proto__', 'constructor', '']));
    expect(result.accessTokenClaims[CLAIM]).toEqual(['orders:read']);
    expect(result.log).toEqual(['claimgen: orders: 4 of 5 roles unknown since the last claimgen build']);
  });

  it('that the table lacks deny the login where the config says so', async () => {
    const source = [{ roles: { unknownRoles: 'deny' }, onError: 'continue' }];
    const strict = startAction(ordersConfig({ source }));
    expect((await strict.login(byRoles(['Clerk', 'Boss']))).outcome).toBe('denied');
    expect((await strict.login(byRoles(['Clerk', 'Visitor']))).outcome).toBe('allowed');
  });

  it('of an API that is none of the config change nothing', async () => {
    for (const audience of [undefined, `https://${DOMAIN}/api/v2/`, 'constructor']) {
      const result = await action.login(
        loginEvent({ user: { roles: ['Boss'] }, ...(audience === undefined ? {} : { audience }) }),
      );
      expect([result.outcome, result.accessTokenClaims, result.log]).toEqual(['allowed', {}, []]);
    }
  });
});

describe('roles held through groups', () => {
  const source = [{ roles: { groups: true } }];

  it('count where the config says so, over all pages', async () => {
    const names = Array.from({ length: 250 }, (_, index) => `Role ${index}`);
    const permission = { name: 'orders:audit', audience: ORDERS };
    const catalog = {
      ...SMALL_CATALOG,
      roles: { ...Object.fromEntries(names.map((name) => [name, []])), 'Role 249': [permission] },
    };
    const effectiveRoles = names.map((name, index) => ({ id: `rol_${index}`, name, type: 'tenant' }));
    const action = startAction(ordersConfig({ source }), catalog);
    const result = await action.login(byRoles(['Role 1']), { effectiveRoles });
    expect(result.accessTokenClaims[CLAIM]).toEqual(['orders:audit']);
  });

  it("are not an organization's own, though these go by the names of the tenant's", async () => {
    const action = startAction(ordersConfig({ source }));
    const effectiveRoles = [
      { id: 'rol_1', name: 'Manager', type: 'organization' },
      { id: 'rol_2', name: 'Clerk', type: 'tenant' },
    ];
    const event = byRoles(['Manager', 'Clerk'], { organization: { id: 'org_1' } });
    expect((await action.login(event, { effectiveRoles })).accessTokenClaims[CLAIM]).toEqual(['orders:read']);
    expect((await action.login(event)).accessTokenClaims[CLAIM]).toHaveLength(3);
  });

  it.each([
    ['deny', 'denied', undefined],
    ['omit', 'allowed', []],
    ['continue', 'allowed', []],
  ])('that Auth0 does not tell are a failure: %s', async (onError, outcome, claim) => {
    const action = startAction(ordersConfig({ source: [{ roles: { groups: true }, onError }] }));
    const result = await action.login(byRoles(['Clerk']), { faults: { roles: 'unavailable' } });
    expect([result.outcome, result.accessTokenClaims[CLAIM]]).toEqual([outcome, claim]);
    expect(result.log).toEqual([`claimgen: orders: roles: api.roles did not answer (${onError})`]);
  });
});

describe('a list in the event', () => {
  const config = (onError: string) => ordersConfig({ source: [{ ...METADATA, onError }] });

  it('gives the permissions that the layout knows, and nothing where it is absent', async () => {
    const action = startAction(config('deny'));
    const permissions = ['orders:audit', 'orders:unheard-of', '__proto__', 'constructor', '\ud800', ''];
    const held = await action.login(withMetadata({ permissions: [...permissions, ...permissions] }));
    expect(held.accessTokenClaims[CLAIM]).toEqual(['orders:audit']);
    for (const metadata of [{}, null, { permissions: null }, { permissions: [] }]) {
      expect((await action.login(withMetadata(metadata))).accessTokenClaims[CLAIM]).toEqual([]);
    }
  });

  it('of 10,000 hostile names is no trouble', async () => {
    const permissions = Array.from({ length: 10_000 }, (_, index) => `${'"\\\u2028'.repeat(20)}${index}`);
    const result = await startAction(config('deny')).login(
      withMetadata({ permissions: [...permissions, 'orders:read'] }),
    );
    expect(result.accessTokenClaims[CLAIM]).toEqual(['orders:read']);
  });

  it.each([
    ['a text', { permissions: 'orders:read' }],
    ['a map', { permissions: { 0: 'orders:read', length: 1 } }],
    ['a number', { permissions: 7 }],
    ['a list with something else in it', { permissions: ['orders:read', null] }],
    ['a list of lists', { permissions: [['orders:read']] }],
    ['in a text', 'permissions'],
    ['in a list', [{ permissions: ['orders:read'] }]],
  ])('that is %s gets what is declared', async (_title, metadata) => {
    const outcomes = await Promise.all(
      ['deny', 'omit', 'continue'].map(async (onError) => {
        const result = await startAction(config(onError)).login(withMetadata(metadata));
        return [result.outcome, result.accessTokenClaims[CLAIM]];
      }),
    );
    expect(outcomes).toEqual([
      ['denied', undefined],
      ['allowed', []],
      ['allowed', []],
    ]);
  });

  it('never fails a login, whatever it is, and grants nothing that it does not name', async () => {
    const action = startAction(config('omit'));
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (permissions) => {
        const result = await action.login(withMetadata({ permissions }));
        expect(result.outcome).toBe('allowed');
        const claim = result.accessTokenClaims[CLAIM];
        expect(Array.isArray(permissions) ? permissions : []).toEqual(
          expect.arrayContaining(claim as unknown[]),
        );
      }),
      { numRuns: runs },
    );
  });

  it('is refused in an organization, unless it holds in all', async () => {
    const organization = { id: 'org_1' };
    const event = withMetadata({ permissions: ['orders:read'] }, { organization });
    expect((await startAction(config('deny')).login(event)).outcome).toBe('denied');
    const tenantWide = startAction(ordersConfig({ source: [{ ...METADATA, organizations: 'tenant-wide' }] }));
    expect((await tenantWide.login(event)).accessTokenClaims[CLAIM]).toEqual(['orders:read']);
  });

  it('elsewhere in the profile is taken where the config trusts it', async () => {
    const action = startAction(ordersConfig({ source: [{ event: 'user.groups', trusted: true }] }));
    const profile = { groups: ['orders:read'] };
    const result = await action.login(loginEvent({ audience: ORDERS, user: { profile } }));
    expect(result.accessTokenClaims[CLAIM]).toEqual(['orders:read']);
  });

  it.each(['user.app_metadata.a.b', 'client.metadata.permissions', 'organization.metadata.permissions'])(
    'at %s, which administrators write, is taken as it is',
    (event) => {
      expect(buildProject(ordersConfig({ source: [{ event }] })).report.fits).toBe(true);
    },
  );

  it.each([
    'user.groups',
    'user.nickname',
    'user.identities',
    'user.app_metadata',
    'user.app_metadata_of_mine.permissions',
    'client.metadata',
    'client.name',
    'organization.metadata',
    'organization.display_name',
    'authentication.methods',
    'user.user_metadata.permissions',
    'request.body.permissions',
    'request.query.permissions',
    'transaction.requested_scopes',
    'user.permissions',
    'secrets.permissions',
    'user',
    'user..permissions',
  ])('at %s is refused by the build', (event) => {
    expect(() => buildProject(ordersConfig({ source: [{ event }] }))).toThrow(InputError);
  });

  it.each(['user', 'user.app_metadata', 'user.user_metadata.permissions', 'request.body.x', 'client.name'])(
    'at %s is refused by the build, trusted or not',
    (event) => {
      expect(() => buildProject(ordersConfig({ source: [{ event, trusted: true }] }))).toThrow(InputError);
    },
  );
});
