import { describe, expect, it } from 'vitest';
import { loginEvent } from '#simulator/event/events';
import { buildProject, CLAIM, ORDERS, ordersConfig, SMALL_CATALOG, startAction } from './built-action.ts';
import { status } from './misbehaviours.ts';
import { DOMAIN, SECRETS, scriptApi } from './scripted-api.ts';

const METADATA = { event: 'user.app_metadata.permissions' };

describe('several sources', () => {
  const source = ['roles', { ...METADATA, onError: 'continue', onErrorRefresh: 'deny' }];

  it('are united', async () => {
    const action = startAction(ordersConfig({ source }));
    const event = loginEvent({
      audience: ORDERS,
      user: { roles: ['Clerk'], appMetadata: { permissions: ['orders:audit'] } },
    });
    expect((await action.login(event)).accessTokenClaims[CLAIM]).toEqual(['orders:audit', 'orders:read']);
  });

  it('fail each for itself, and differently where a refresh token is exchanged', async () => {
    const action = startAction(ordersConfig({ source }));
    const broken = (flow: string) =>
      loginEvent({
        audience: ORDERS,
        user: { roles: ['Clerk'], appMetadata: { permissions: 7 } },
        flow: flow as 'refresh',
      });
    expect((await action.login(broken('password'))).accessTokenClaims[CLAIM]).toEqual(['orders:read']);
    for (const flow of ['refresh', 'refresh-other-audience']) {
      expect((await action.login(broken(flow))).outcome).toBe('denied');
    }
  });

  it('of which the Management API fails and continues leave the others', async () => {
    const api = await scriptApi({ misbehave: () => status(503, { 'retry-after': '60' }) });
    const managementApi = { managementApi: { domain: DOMAIN }, onError: 'continue' };
    const action = startAction(ordersConfig({ source: [managementApi, 'roles'] }));
    const event = loginEvent({ audience: ORDERS, user: { roles: ['Clerk'] }, secrets: SECRETS });
    const result = await action.login(event, { origins: api.origins });
    expect(result.accessTokenClaims[CLAIM]).toEqual(['orders:read']);
    expect(result.log).toEqual([
      'claimgen: orders: managementApi: the token endpoint answered 503 (continue)',
    ]);
  });

  it('can differ by audience, and one Action goes by the audience of each execution', async () => {
    const billing = 'https://billing.acme.example';
    const catalog = {
      permissions: [...SMALL_CATALOG.permissions, { name: 'billing:read', audience: billing }],
      roles: SMALL_CATALOG.roles,
    };
    const config = {
      ...ordersConfig({ source: ['roles'] }),
      audiences: {
        orders: { audience: ORDERS, globs: ['*'], encoding: 'names' },
        billing: {
          audience: billing,
          globs: ['*'],
          encoding: 'names',
          action: { source: [METADATA], onError: 'omit' },
        },
      },
    };
    const action = startAction(config, catalog);
    const user = { roles: ['Clerk'], appMetadata: { permissions: ['billing:read'] } };
    const first = await action.login(loginEvent({ audience: ORDERS, user }));
    const exchanged = await action.login(
      loginEvent({ audience: billing, firstAudience: ORDERS, flow: 'refresh-other-audience', user }),
    );
    expect(first.accessTokenClaims[CLAIM]).toEqual(['orders:read']);
    expect(exchanged.accessTokenClaims[CLAIM]).toEqual(['billing:read']);
  });

  it.each([
    [[{}], /one source/],
    [[{ roles: {}, event: 'user.app_metadata.permissions' }], /one source/],
    [['roles', { roles: {} }], /is listed twice/],
    [[{ roles: {}, organizations: 'tenant-wide' }], /tenant-wide is for lists/],
    [[{ managementApi: {} }], /"domain" is missing/],
    [[{ managementApi: { domain: 'https://acme.eu.auth0.com/' } }], /managementApi\.domain/],
    [[{ managementApi: { domain: DOMAIN, clientIdSecret: 'a b' } }], /clientIdSecret/],
    [[{ managementApi: { domain: DOMAIN, deadlineMs: 20_000 } }], /deadlineMs/],
    [[{ roles: {}, onError: 'ignore' }], /onError/],
    [['role'], /source\[0\]/],
  ])('written as %j are refused with a fix', (written, message) => {
    expect(() => buildProject(ordersConfig({ source: written }))).toThrow(message);
  });
});
