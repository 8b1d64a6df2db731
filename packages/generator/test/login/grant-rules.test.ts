// Consent and clients: what `grant: requested` and `clients` take away, and that they never add.
import type { Layout } from '@claimgen/verifier';
import { readPermissions } from '@claimgen/verifier/unverified';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PostLoginEvent } from '#auth0/event';
import { loginEvent } from '#simulator/event/events';
import { flows, type LoginDescription } from '#simulator/event/login-description';
import { type Action, loadAction } from '#simulator/host/action-host';
import { buildProject, CLAIM, codeOf, ORDERS, ordersConfig, startAction } from './built-action.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 200);
const BILLING = 'https://billing.acme.example';
const MANAGER = { roles: ['Manager'] };
const EVERYTHING = ['orders:read', 'orders:refund', 'orders:write'];

async function granted(action: Action, login: LoginDescription | PostLoginEvent): Promise<unknown> {
  const event = 'request' in login ? login : loginEvent({ audience: ORDERS, user: MANAGER, ...login });
  const result = await action.login(event);
  return result.outcome === 'allowed' ? result.accessTokenClaims[CLAIM] : result.outcome;
}

/** An event with other members in place of its own. */
function changed(login: LoginDescription, members: object): PostLoginEvent {
  return { ...loginEvent({ audience: ORDERS, user: MANAGER, ...login }), ...members } as PostLoginEvent;
}

describe('grant: requested', () => {
  const action = startAction(ordersConfig({}, { grant: 'requested' }));

  it.each(flows.filter((flow) => flow !== 'minimal'))(
    'grants what the client requests in the flow %s, and no more',
    async (flow) => {
      expect(await granted(action, { flow, scopes: ['openid', 'orders:read', 'orders:audit'] })).toEqual([
        'orders:read',
      ]);
      expect(await granted(action, { flow, scopes: ['openid', 'profile'] })).toEqual([]);
      expect(await granted(action, { flow, scopes: ['openid', ...EVERYTHING] })).toEqual(EVERYTHING);
    },
  );

  it('grants nothing where the event does not say what is requested, and says so in the log', async () => {
    for (const event of [
      loginEvent({ audience: ORDERS, user: MANAGER, flow: 'minimal' }),
      changed({}, { transaction: undefined }),
      changed({}, { transaction: { protocol: 'oidc-basic-profile', metadata: {} } }),
    ]) {
      const result = await action.login(event);
      expect([result.outcome, result.accessTokenClaims[CLAIM], result.log]).toEqual([
        'allowed',
        [],
        ['claimgen: orders: the event does not say which scopes are requested'],
      ]);
    }
  });

  it('takes no word of a login page for a request of the client', async () => {
    const body = { scope: EVERYTHING.join(' ') };
    const { request } = loginEvent({});
    for (const transaction of [
      { protocol: 'oidc-basic-profile', requested_scopes: ['openid'], metadata: {} },
      { protocol: 'oidc-basic-profile', metadata: {} },
      { metadata: {} },
    ]) {
      expect(await granted(action, changed({}, { transaction, request: { ...request, body } }))).toEqual([]);
    }
  });

  it('at a refresh goes by what the refresh token was issued for, as far as the exchange asks', async () => {
    const refresh = (issued: string | undefined, asked: string | undefined, more: object = {}) =>
      granted(
        action,
        changed(
          { flow: 'refresh' },
          {
            refresh_token: {
              id: 'rt_1',
              created_at: '',
              ...(issued === undefined ? {} : { resource_servers: [{ audience: ORDERS, scopes: issued }] }),
            },
            request: { ...loginEvent({}).request, body: asked === undefined ? {} : { scope: asked } },
            ...more,
          },
        ),
      );
    expect(await refresh('openid orders:read', undefined)).toEqual(['orders:read']);
    expect(await refresh('openid orders:read', '')).toEqual(['orders:read']);
    expect(await refresh('openid orders:read orders:write', 'orders:write')).toEqual(['orders:write']);
    // More than at login: the user was never asked.
    expect(await refresh('openid orders:read', EVERYTHING.join(' '))).toEqual(['orders:read']);
    expect(await refresh(undefined, EVERYTHING.join(' '))).toEqual([]);
    expect(await refresh(undefined, undefined)).toEqual([]);
    expect(
      await refresh(undefined, EVERYTHING.join(' '), {
        transaction: { protocol: 'oauth2-refresh-token', requested_scopes: EVERYTHING, metadata: {} },
      }),
    ).toEqual([]);
  });

  it.each(['refresh', 'refresh-other-audience'] as const)(
    'adds what the policy of the client has of the API, as far as the exchange asks: %s',
    async (flow) => {
      const refresh = (policy: readonly string[], asked: string | undefined) => {
        const event = loginEvent({
          audience: ORDERS,
          user: MANAGER,
          flow,
          scopes: ['openid', 'orders:read'],
        });
        return granted(action, {
          ...event,
          client: { ...event.client, refresh_token: { policies: [{ audience: ORDERS, scope: policy }] } },
          request: { ...event.request, body: asked === undefined ? {} : { scope: asked } },
        });
      };
      // The refresh token of another API was issued for nothing of this one.
      const issued = flow === 'refresh' ? ['orders:read'] : [];
      expect(await refresh(['orders:write'], undefined)).toEqual([...issued, 'orders:write']);
      expect(await refresh(['orders:write'], EVERYTHING.join(' '))).toEqual([...issued, 'orders:write']);
      expect(await refresh(EVERYTHING, 'orders:write')).toEqual(['orders:write']);
      expect(await refresh(EVERYTHING, undefined)).toEqual(EVERYTHING);
      expect(await refresh([], EVERYTHING.join(' '))).toEqual(issued);
    },
  );

  it('goes by the name in the layout where permissions are taken from another API', async () => {
    const catalog = {
      permissions: [
        { name: 'read', audience: ORDERS },
        { name: 'read', audience: BILLING },
      ],
      roles: {
        Manager: ['read', 'read'].map((name, index) => ({ name, audience: [ORDERS, BILLING][index] })),
      },
    };
    const audience = { grant: 'requested', from: { [BILLING]: 'billing/' } };
    const both = startAction(ordersConfig({}, audience), catalog);
    // A consent to this API's "read" is none to the other's.
    expect(await granted(both, { scopes: ['read'] })).toEqual(['read']);
    expect(await granted(both, { scopes: ['billing/read'] })).toEqual(['billing/read']);
  });
});

describe('clients', () => {
  const login = (id: string | undefined): LoginDescription => (id === undefined ? {} : { client: { id } });

  it('gives the others a claim without permissions, and never denies them', async () => {
    const failing = { event: 'user.app_metadata.permissions', onError: 'deny' };
    for (const [clients, none, some] of [
      [{ only: ['web', 'app'] }, ['tpc_partner', 'we', 'web '], ['web', 'app']],
      [{ except: ['tpc_partner'] }, ['tpc_partner'], ['web', 'tpc_partner2']],
      [{ except: [] }, [], ['web']],
    ] as const) {
      const action = startAction(ordersConfig({}, { clients }));
      for (const id of none) expect(await granted(action, login(id))).toEqual([]);
      for (const id of some) expect(await granted(action, login(id))).toEqual(EVERYTHING);
      const strict = startAction(ordersConfig({ source: [failing] }, { clients }));
      const user = { appMetadata: { permissions: 'broken' } };
      for (const id of none) expect(await granted(strict, { ...login(id), user })).toEqual([]);
      for (const id of some) expect(await granted(strict, { ...login(id), user })).toBe('denied');
    }
  });

  it('admits nobody whom the event does not name', async () => {
    for (const clients of [{ only: ['web'] }, { except: ['web'] }]) {
      const action = startAction(ordersConfig({}, { clients }));
      for (const client of [undefined, {}, { client_id: null }, { client_id: ['web'] }]) {
        expect(await granted(action, changed({}, { client }))).toEqual([]);
      }
    }
  });

  it('are those of the environment', async () => {
    const config = {
      ...ordersConfig({}, { clients: { only: ['dev-web'] } }),
      environments: {
        prod: { clients: { orders: { only: ['prod-web'] } } },
        test: { clients: { orders: { except: [] } } },
      },
    };
    const claims = async (environment: string) => {
      const action = loadAction(codeOf(buildProject(config, undefined, environment)));
      return Promise.all(['dev-web', 'prod-web'].map((id) => granted(action, login(id))));
    };
    expect(await claims('')).toEqual([EVERYTHING, []]);
    expect(await claims('prod')).toEqual([[], EVERYTHING]);
    expect(await claims('test')).toEqual([EVERYTHING, EVERYTHING]);
  });

  it.each<[object, object, RegExp]>([
    [{ clients: {} }, {}, /either named or excluded/],
    [{ clients: { only: ['a'], except: ['b'] } }, {}, /either named or excluded/],
    [{ clients: { only: [] } }, {}, /at least one entry/],
    [{ clients: { only: ['a', 'a'] } }, {}, /second time/],
    [{ clients: ['a'] }, {}, /clients/],
    [{ clients: { onyl: ['a'] } }, {}, /Did you mean "only"/],
    [{ grant: 'request' }, {}, /"request" is not possible here/],
    [{ clients: { only: ['a'] } }, { prod: {} }, /environments\.prod.*client ids belong to one tenant/],
    [
      {},
      { prod: { clients: { orders: { only: ['a'] } } } },
      /audiences\.orders.*client ids belong to one tenant/,
    ],
    [{}, { prod: { clients: { order: { only: ['a'] } } } }, /there is no audience named "order"/],
  ])('written as %j in %j are refused', (audience, environments, message) => {
    const config = { ...ordersConfig({}, audience), environments };
    expect(() => buildProject(config)).toThrow(message);
  });
});

describe('whatever the config and the login are', () => {
  const names = ['read', 'write', 'refund', 'audit'].map((verb) => `orders:${verb}`);
  const scope = fc.constantFrom(...names, 'openid', 'orders:unknown', '__proto__', '');
  const login = fc.record({
    roles: fc.subarray(['Clerk', 'Manager', 'Visitor', 'Boss']),
    listed: fc.subarray(names),
    scopes: fc.array(scope, { maxLength: 6 }),
    flow: fc.constantFrom(...flows),
    client: fc.constantFrom('web', 'app', 'tpc_partner'),
    organization: fc.constantFrom(undefined, { id: 'org_1' }),
    issued: fc.option(fc.array(scope, { maxLength: 6 })),
  });

  it('neither grants more than without it, and nothing that was not requested is granted on request', async () => {
    const source = ['roles', { event: 'user.app_metadata.permissions', organizations: 'tenant-wide' }];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('names', 'bitset'),
        fc.record(
          {
            grant: fc.constantFrom('all', 'requested'),
            clients: fc.constantFrom({ only: ['web'] }, { except: ['tpc_partner'] }, { except: [] }),
          },
          { requiredKeys: [] },
        ),
        fc.array(login, { minLength: 1, maxLength: 10 }),
        async (encoding, rules, logins) => {
          const start = (more: object) => {
            const built = buildProject(ordersConfig({ source }, { encoding, ...more }));
            const layout = JSON.parse(
              built.artifacts.find(({ path }) => path.endsWith('verifier/orders.json'))?.text ?? '',
            ) as Layout;
            return { action: loadAction(codeOf(built)), layout };
          };
          const [before, after] = [start({}), start(rules)];
          for (const { roles, listed, scopes, flow, client, organization, issued } of logins) {
            const plain = loginEvent({
              audience: ORDERS,
              flow,
              scopes,
              client: { id: client },
              user: { roles, appMetadata: { permissions: listed } },
              ...(organization === undefined ? {} : { organization }),
            });
            const event =
              plain.refresh_token === undefined || issued === null
                ? plain
                : {
                    ...plain,
                    refresh_token: {
                      ...plain.refresh_token,
                      resource_servers: [{ audience: ORDERS, scopes: issued.join(' ') }],
                    },
                  };
            const held = async ({ action, layout }: typeof before) =>
              new Set(readPermissions((await action.login(event)).accessTokenClaims, layout));
            const [all, some] = [await held(before), await held(after)];
            expect([...all]).toEqual(expect.arrayContaining([...some]));
            // An exchange without a scope asks for all that the refresh token was issued for.
            const asked = flow.startsWith('refresh') && scopes.join(' ') === '' ? (issued ?? []) : scopes;
            if (rules.grant === 'requested') expect(asked).toEqual(expect.arrayContaining([...some]));
            const { only, except }: { only?: readonly string[]; except?: readonly string[] } =
              rules.clients ?? {};
            const isAdmitted = only?.includes(client) ?? !(except ?? []).includes(client);
            if (!isAdmitted) expect([...some]).toEqual([]);
            else if (rules.grant !== 'requested') expect(some).toEqual(all);
          }
        },
      ),
      { numRuns: Math.ceil(runs / 10) },
    );
  });
});

describe('what build says of them', () => {
  const rules = { grant: 'requested', clients: { except: ['tpc_partner'] } };

  it('is in the report, in its notes and in the header of the Action', () => {
    const built = buildProject(ordersConfig({}, rules));
    const [report] = built.report.audiences;
    expect([report?.grant, report?.clients]).toEqual(['requested', { except: ['tpc_partner'] }]);
    expect(report?.notes.join('\n')).toContain(
      'Tokens carry permissions for all clients except tpc_partner;',
    );
    expect(report?.notes.join('\n')).toContain(
      'The claim carries permissions that the client requests as scopes',
    );
    const header = codeOf(built).split('*/')[0];
    expect(header).toContain('for all clients except "tpc_partner"; others get no permissions');
    expect(header).toContain('only permissions that the client requests as scopes, too');
    const [plain] = buildProject(ordersConfig({})).report.audiences;
    expect([plain?.grant, plain?.clients]).toEqual(['all', null]);
  });

  it('counts the scopes to request in the size, and the claim as far as they are requested', () => {
    const line = (audience: object) =>
      buildProject(ordersConfig({}, { encoding: 'names', ...audience })).report.audiences[0]?.proof.line ?? 0;
    const bytesOfScopes = (text: string) => Math.ceil((text.length * 4) / 3);
    expect(line({ grant: 'requested' })).toBe(line({ token: { scope: 'all' } }));
    expect(line({ grant: 'requested' }) - line({})).toBeGreaterThanOrEqual(
      bytesOfScopes(' orders:read orders:write orders:refund orders:audit') - 2,
    );
    const narrow = { grant: 'requested', token: { scope: 'openid orders:read' } };
    expect(line(narrow)).toBeLessThan(line({ token: { scope: 'openid orders:read' } }));
  });

  it('is an error where clients request none of the permissions', () => {
    const audience = { grant: 'requested', token: { scope: 'openid profile' } };
    expect(() => buildProject(ordersConfig({}, audience))).toThrow(
      /it is granted what clients request, and token\.scope says that they request openid profile/,
    );
  });
});
