import { describe, expect, it } from 'vitest';
import { loginEvent } from '#simulator/event/events';
import { loadAction } from '#simulator/host/action-host';
import {
  buildProject,
  CLAIM,
  codeOf,
  ORDERS,
  ordersConfig,
  SMALL_CATALOG,
  startAction,
} from './built-action.ts';
import { DOMAIN, SECRETS, scriptApi } from './scripted-api.ts';

const user = { id: 'auth0|5f7c8ec7/c33c?x=1' };
const event = loginEvent({ audience: ORDERS, user, secrets: SECRETS });

function source(settings: object = {}, entry: object = {}): object {
  return { source: [{ managementApi: { domain: DOMAIN, ...settings }, ...entry }] };
}

describe('permissions from the Management API', () => {
  it('are those returned for this API and known to the layout, with credentials sent to the tenant alone', async () => {
    const api = await scriptApi({ held: { [ORDERS]: ['orders:read', 'orders:audit', 'orders:unheard-of'] } });
    const result = await startAction(ordersConfig(source())).login(event, { origins: api.origins });
    expect(result.accessTokenClaims[CLAIM]).toEqual(['orders:audit', 'orders:read']);
    expect(api.credentials).toEqual([
      {
        grant_type: 'client_credentials',
        client_id: 'client-0123456789',
        client_secret: 'secret-do-not-tell',
        audience: `https://${DOMAIN}/api/v2/`,
      },
    ]);
    expect(api.requests).toEqual([
      'POST /oauth/token',
      `GET /api/v2/users/auth0%7C5f7c8ec7%2Fc33c%3Fx%3D1/effective-permissions?resource_server_identifier=${encodeURIComponent(ORDERS)}&take=50`,
    ]);
    expect(result.log).toEqual([]);
  });

  it('are read to the last of 30 pages', async () => {
    const names = Array.from({ length: 1_460 }, (_, index) => `orders:p${index}`);
    const catalog = {
      permissions: names.map((name) => ({ name, audience: ORDERS })),
      roles: {},
    };
    const api = await scriptApi({ held: { [ORDERS]: names } });
    const settings = source({ maxRequests: 31, deadlineMs: 15_000 });
    const action = startAction(ordersConfig(settings, { budget: { bytes: 100_000 } }), catalog);
    const result = await action.login(event, { origins: api.origins });
    expect(result.accessTokenClaims[CLAIM]).toEqual([...names].sort());
    expect(api.requests).toHaveLength(31);
  });

  it('count for the API that they were returned for, where another has one of the same name', async () => {
    const billing = 'https://billing.acme.example';
    const catalog = {
      permissions: [
        { name: 'orders:read', audience: ORDERS },
        { name: 'read', audience: billing },
        { name: 'orders:read', audience: billing },
      ],
      roles: {},
    };
    const config = ordersConfig(source(), { globs: ['orders:*'], from: { [billing]: 'billing/' } });
    const own = await scriptApi({ held: { [ORDERS]: ['billing/read'] } });
    const withOwn = await startAction(config, catalog).login(event, { origins: own.origins });
    expect(withOwn.accessTokenClaims[CLAIM]).toEqual([]);
    const other = await scriptApi({ held: { [billing]: ['read', 'orders:read'] } });
    const withOther = await startAction(config, catalog).login(event, { origins: other.origins });
    expect(withOther.accessTokenClaims[CLAIM]).toEqual(['billing/orders:read', 'billing/read']);
  });

  it('of another API than the one asked for are left out', async () => {
    const api = await scriptApi({
      misbehave: (index) =>
        index === 1
          ? (response) =>
              response.end(
                JSON.stringify({
                  permissions: [
                    {
                      permission_name: 'orders:write',
                      resource_server_identifier: 'https://other.acme.example',
                    },
                    { permission_name: 'orders:read' },
                  ],
                  next: null,
                }),
              )
          : undefined,
    });
    const result = await startAction(ordersConfig(source())).login(event, { origins: api.origins });
    expect(result.accessTokenClaims[CLAIM]).toEqual(['orders:read']);
  });

  it.each([
    ['refused in an organization', {}, 'denied', 0],
    ['taken in an organization where the config says that they hold in all', tenantWide(), 'allowed', 2],
  ])('are %s', async (_title, entry, outcome, requests) => {
    const api = await scriptApi();
    const inOrganization = loginEvent({
      audience: ORDERS,
      user,
      secrets: SECRETS,
      organization: { id: 'org_1' },
    });
    const action = startAction(ordersConfig(source({}, entry)));
    const result = await action.login(inOrganization, { origins: api.origins });
    expect([result.outcome, api.requests.length]).toEqual([outcome, requests]);
  });
});

describe('the tenant that is asked', () => {
  const config = {
    ...ordersConfig(source()),
    environments: { prod: { domain: 'acme-prod.eu.auth0.com' }, test: {} },
  };

  it.each([
    ['prod', 'acme-prod.eu.auth0.com'],
    ['test', DOMAIN],
  ])('is that of the environment %s, where it has one of its own', async (environment, domain) => {
    const api = await scriptApi();
    const origins = { [`https://${domain}`]: Object.values(api.origins)[0] ?? '' };
    const action = loadAction(codeOf(buildProject(config, SMALL_CATALOG, environment)));
    expect((await action.login(event, { origins })).accessTokenClaims[CLAIM]).toHaveLength(2);
  });
});

describe('the cache', () => {
  it('keeps the token and, for cacheSeconds, what a user holds, under hashed keys within its limits', async () => {
    let now = Date.now();
    const api = await scriptApi();
    const action = startAction(ordersConfig(source({ cacheSeconds: 30 })), SMALL_CATALOG, { now: () => now });
    const login = () => action.login(event, { origins: api.origins });
    const first = await login();
    expect(first.cacheWrites.map(({ result }) => result)).toEqual(['success', 'success']);
    for (const { key, value } of first.cacheWrites) {
      expect(Buffer.byteLength(key)).toBeLessThanOrEqual(64);
      expect(`${key}${value}`).not.toMatch(/auth0\||5f7c8ec7|secret|orders/);
    }
    const second = await login();
    expect(second.accessTokenClaims).toEqual(first.accessTokenClaims);
    expect(second.requests).toEqual([]);
    now += 31_000;
    expect((await login()).requests).toHaveLength(1);
    expect(api.credentials).toHaveLength(1);
  });

  it('tells users, organizations and APIs apart', async () => {
    const api = await scriptApi();
    const action = startAction(ordersConfig(source({}, tenantWide())));
    const login = (description: object) =>
      action.login(loginEvent({ audience: ORDERS, user, secrets: SECRETS, ...description }), {
        origins: api.origins,
      });
    await login({});
    expect((await login({ user: { id: 'auth0|other' } })).requests).toHaveLength(1);
    expect((await login({ organization: { id: 'org_1' } })).requests).toHaveLength(1);
    expect((await login({ organization: { id: 'org_2' } })).requests).toHaveLength(1);
    expect((await login({})).requests).toHaveLength(0);
  });

  it('is not needed: a login meets it cold or full', async () => {
    const api = await scriptApi();
    const action = startAction(ordersConfig(source()));
    for (const cache of ['cold', 'full', 'full'] as const) {
      const result = await action.login(event, { origins: api.origins, faults: { cache } });
      expect(result.accessTokenClaims[CLAIM]).toEqual(['orders:audit', 'orders:read']);
    }
  });

  it('of another Action that uses the same key changes nothing', async () => {
    const api = await scriptApi();
    const action = startAction(ordersConfig(source()));
    const first = await action.login(event, { origins: api.origins });
    const key = first.cacheWrites.find(({ key }) => key.includes(':user:'))?.key ?? '';
    for (const value of ['', 'A', '!', 'D', 'AAAA', '____', 'x'.repeat(4_000)]) {
      const write = `api.cache.set(${JSON.stringify(key)}, ${JSON.stringify(value)});`;
      const code = codeOf(buildProject(ordersConfig(source()))).replace(
        '  await onPostLogin(audiences',
        `  ${write} await onPostLogin(audiences`,
      );
      const result = await loadAction(code).login(event, { origins: api.origins });
      const permissions = result.accessTokenClaims[CLAIM];
      // "A" is the body of the empty set: it grants nothing.
      expect(permissions).toEqual(value === 'A' ? [] : ['orders:audit', 'orders:read']);
    }
  });
});

function tenantWide(): object {
  return { organizations: 'tenant-wide' };
}
