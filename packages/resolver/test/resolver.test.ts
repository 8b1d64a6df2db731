/** What is read, how often, for how long it counts, and what becomes of failures. */
import type { Fault, StoredUser } from '@claimgen/simulator/management-api/index';
import { PLANS } from '@claimgen/simulator/management-api/index';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createResolver, ResolverError } from '../src/index.ts';
import { build, CLIENT_ID, ORDERS, SECRET, smallTenant, startTenant, USER } from './support/tenant.ts';

const MANAGEMENT = (domain: string) => build({ source: [{ managementApi: { domain } }] });
const permissions = (...names: string[]): Partial<StoredUser> => ({
  permissions: names.map((permission_name) => ({ permission_name, resource_server_identifier: ORDERS })),
});

afterEach(() => {
  vi.useRealTimers();
});

/** The clock that entries are aged by, moved on. */
function advance(seconds: number): void {
  const now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => now + seconds * 1000);
}
/** The system's clock, set by so many milliseconds. */
function setClock(by: number): void {
  const { now } = Date;
  vi.spyOn(Date, 'now').mockImplementation(() => now() + by);
}
afterEach(() => {
  vi.restoreAllMocks();
});

describe('a user', () => {
  it('holds what their roles grant, as the claim says it', async () => {
    const tenant = await startTenant();
    const before = Date.now();
    const answer = await tenant.open().resolve(tenant.query());
    expect(answer.claim).toMatch(/^[\w-]{6}\.[\w-]+$/);
    expect(answer.readAt).toBeGreaterThanOrEqual(before);
    expect(answer.readAt).toBeLessThanOrEqual(Date.now());
    expect(tenant.requests).toEqual([`GET /users/${encodeURIComponent(USER)}/roles`]);
  });

  it('is read once for a thousand that ask at once, and once more in each ttl', async () => {
    const tenant = await startTenant();
    const resolver = tenant.open({ ttl: 30 });
    const answers = await Promise.all(Array.from({ length: 1000 }, () => resolver.resolve(tenant.query())));
    expect(new Set(answers.map(({ claim }) => claim)).size).toBe(1);
    expect(tenant.requests).toHaveLength(1);
    advance(29);
    await resolver.resolve(tenant.query());
    expect(tenant.requests).toHaveLength(1);
    vi.restoreAllMocks();
    advance(31);
    await Promise.all([resolver.resolve(tenant.query()), resolver.resolve(tenant.query())]);
    expect(tenant.requests).toHaveLength(2);
  });

  it('is answered where more of them ask at once than are kept', async () => {
    const tenant = await startTenant();
    tenant.api.tenant.know(() => ({ permissions: [], roles: ['Clerk'] }));
    const resolver = tenant.open({ entries: 1 });
    const answers = Array.from({ length: 60 }, (_, index) =>
      resolver.resolve(tenant.query({ subject: `auth0|${index % 20}` })),
    );
    expect(new Set((await Promise.all(answers)).map(({ claim }) => claim)).size).toBe(1);
    expect(tenant.requests).toHaveLength(20);
  });

  it('of another id, organization or issuer is another user', async () => {
    const tenant = await startTenant({
      tenant: smallTenant({ memberships: { org_1: { roles: ['rol_Manager'] }, org_2: { roles: [] } } }),
    });
    tenant.api.tenant.users.set('auth0|2', { permissions: [], roles: [] });
    const custom = 'https://login.acme.example/';
    const resolver = tenant.open({ issuers: [tenant.issuer, custom] });
    const claims = [];
    for (const query of [
      {},
      { subject: 'auth0|2' },
      { organization: 'org_1' },
      { organization: 'org_2' },
      { issuer: custom },
    ])
      claims.push((await resolver.resolve(tenant.query(query))).claim);
    const [clerk, nobody, manager] = claims;
    expect(claims).toEqual([clerk, nobody, manager, nobody, clerk]);
    expect(new Set(claims).size).toBe(3);
  });

  it('of an issuer that is not of this tenant is nobody: ids are the same elsewhere', async () => {
    const tenant = await startTenant();
    const answer = tenant.open().resolve(tenant.query({ issuer: 'https://other.eu.auth0.com/' }));
    await expect(answer).rejects.toMatchObject({ code: 'unknown_issuer' });
    expect(tenant.requests).toEqual([]);
  });

  it('of another API is nobody', async () => {
    const tenant = await startTenant();
    const answer = tenant.open().resolve(tenant.query({ audience: 'https://other.example' }));
    await expect(answer).rejects.toMatchObject({ code: 'unknown_api' });
  });

  it('with more permissions than a page holds has all of them', async () => {
    const names = Array.from({ length: 230 }, (_, index) => `orders:${index}`);
    const tenant = await startTenant({ tenant: smallTenant(permissions(...names)), pageCap: 50 });
    const catalog = { permissions: names.map((name) => ({ name, audience: ORDERS })), roles: {} };
    const source = [{ managementApi: { domain: tenant.domain } }];
    const { tables } = build({ source, onOverflow: 'marker' }, { encoding: 'names' }, catalog);
    const { claim } = await tenant.open({ tables }).resolve(tenant.query());
    expect(claim).toEqual([...names].sort());
    expect(tenant.requests).toHaveLength(5);
  });

  it.each([
    ['roles', 'roles'],
    [{ roles: { groups: true } }, 'effective-roles'],
  ])('with more roles than a page holds has all of them: %j', async (entry, path) => {
    const all = Array.from({ length: 7 }, (_, index) => `Role ${index}`);
    const catalog = {
      permissions: all.map((role) => ({ name: `orders:${role}`.replace(' ', ''), audience: ORDERS })),
      roles: Object.fromEntries(
        all.map((role) => [role, [{ name: `orders:${role}`.replace(' ', ''), audience: ORDERS }]]),
      ),
    };
    const { tables } = build({ source: [entry], onOverflow: 'marker' }, { encoding: 'names' }, catalog);
    const tenant = await startTenant({ pageCap: 2 });
    for (const name of all) tenant.api.tenant.roles.set(name, { id: name, name, permissions: [] });
    tenant.api.tenant.users.set(USER, { permissions: [], roles: all });
    expect((await tenant.open({ tables }).resolve(tenant.query())).claim).toHaveLength(7);
    expect(tenant.requests).toEqual(Array(4).fill(`GET /users/${encodeURIComponent(USER)}/${path}`));
  });

  it('who has roles that the tables do not know is told to the log once, without their name', async () => {
    const tenant = await startTenant({ tenant: smallTenant({ roles: ['Clerk', 'New'] }) });
    tenant.api.tenant.roles.set('rol_New', { id: 'rol_New', name: 'New', permissions: [] });
    const lines: string[] = [];
    const log = vi.spyOn(console, 'log');
    const printed = vi.spyOn(console, 'error').mockReturnValue();
    const fault = new Error('the log is full');
    const resolver = tenant.open({
      log: (line) => {
        lines.push(line);
        throw fault;
      },
    });
    await resolver.resolve(tenant.query());
    await resolver.resolve(tenant.query({ newerThan: Date.now() }));
    expect(lines).toEqual(['orders: users have roles that are unknown since the last claimgen build']);
    expect(log).not.toHaveBeenCalled();
    expect(printed.mock.calls).toEqual([[fault]]);
  });
});

describe('a client whose tokens carry no permissions', () => {
  it('gets none, and nobody is asked', async () => {
    const tenant = await startTenant();
    const { tables } = build({}, { clients: { only: ['web'] } });
    const resolver = tenant.open({ tables });
    expect((await resolver.resolve(tenant.query({ client: 'other' }))).claim).toEqual([]);
    expect((await resolver.resolve(tenant.query())).claim).toEqual([]);
    expect(tenant.requests).toEqual([]);
    expect((await resolver.resolve(tenant.query({ client: 'web' }))).claim).not.toEqual([]);
  });
});

describe('a change', () => {
  it('has what was read before it read again, and nothing else', async () => {
    const tenant = await startTenant();
    const resolver = tenant.open();
    const first = await resolver.resolve(tenant.query());
    tenant.api.tenant.users.set(USER, { permissions: [], roles: ['Manager'] });
    expect((await resolver.resolve(tenant.query({ newerThan: first.readAt - 1 }))).claim).toBe(first.claim);
    const second = await resolver.resolve(tenant.query({ newerThan: first.readAt }));
    expect(second.claim).not.toBe(first.claim);
    expect(await resolver.resolve(tenant.query())).toEqual(second);
    expect(tenant.requests).toHaveLength(2);
  });

  it('is not answered by what was under way before it', async () => {
    const tenant = await startTenant();
    tenant.api.fail([{ on: 'GET /api/v2/users', delay: 300 }]);
    const resolver = tenant.open();
    const early = resolver.resolve(tenant.query());
    await vi.waitUntil(() => tenant.requests.length === 1);
    tenant.api.tenant.users.set(USER, { permissions: [], roles: ['Manager'] });
    const late = await resolver.resolve(tenant.query({ newerThan: Date.now() }));
    expect(late.claim).not.toBe((await early).claim);
    expect(tenant.requests).toHaveLength(2);
  });

  it('whose time is still to come has a user read at most once a second', async () => {
    const tenant = await startTenant();
    const resolver = tenant.open();
    const query = tenant.query({ newerThan: Date.now() + 3_600_000 });
    for (let i = 0; i < 20; i += 1) await resolver.resolve(query);
    expect(tenant.requests.length).toBeLessThanOrEqual(2);
    advance(1);
    await resolver.resolve(query);
    expect(tenant.requests.length).toBeGreaterThanOrEqual(2);
  });
});

describe('a change whose time has come', () => {
  it('has a user read once more, however short ago it was', async () => {
    const tenant = await startTenant();
    const resolver = tenant.open();
    const query = tenant.query({ newerThan: Date.now() + 500 });
    const early = await resolver.resolve(query);
    setClock(Number(query.newerThan) + 1 - Date.now());
    const final = await resolver.resolve(query);
    expect(final.readAt).toBeGreaterThan(early.readAt);
    expect(await resolver.resolve(query)).toEqual(final);
    expect(tenant.requests).toHaveLength(2);
  });

  it('has a user read again who was read before it, by a clock that was ahead and has been set back', async () => {
    const tenant = await startTenant();
    const resolver = tenant.open();
    setClock(20_000);
    await resolver.resolve(tenant.query());
    vi.restoreAllMocks();
    const { readAt } = await resolver.resolve(tenant.query());
    expect(readAt).toBeLessThanOrEqual(Date.now());
    expect(tenant.requests).toHaveLength(1);
    await resolver.resolve(tenant.query({ newerThan: Date.now() }));
    // Twice where it was in one millisecond: what is read in it is not newer.
    expect(tenant.requests.length).toBeGreaterThan(1);
  });
});

describe('a failure', () => {
  const always = { times: Number.POSITIVE_INFINITY };
  const users = { on: 'GET /api/v2/users', ...always };
  const faults: [string, readonly Fault[], string][] = [
    ['404', [{ ...users, status: 404 }], 'tenant_refused'],
    ['403', [{ ...users, status: 403 }], 'tenant_refused'],
    ['401', [{ ...users, status: 401 }], 'tenant_refused'],
    ['500', [{ ...users, status: 500 }], 'tenant_unavailable'],
    ['503', [{ ...users, status: 503, headers: { 'retry-after': '60' } }], 'tenant_unavailable'],
    [
      '429 for longer than anyone waits',
      [{ ...users, status: 429, headers: { 'retry-after': '30' } }],
      'rate_limited',
    ],
    ['silence', [{ ...users, silent: true }], 'tenant_unavailable'],
    ['a cut connection', [{ ...users, cut: 'before' }], 'tenant_unavailable'],
    ['half an answer', [{ ...users, half: true }], 'tenant_unavailable'],
    ['HTML', [{ ...users, status: 200, body: '<html>' }], 'tenant_unavailable'],
    ['another shape', [{ ...users, status: 200, body: { roles: 'Clerk' } }], 'tenant_unavailable'],
    ['no body', [{ ...users, status: 204 }], 'tenant_unavailable'],
    [
      'a list that ends early',
      [{ ...users, status: 200, body: { start: 0, limit: 50, total: 9, roles: [] } }],
      'tenant_unavailable',
    ],
    [
      'roles without a name',
      [{ ...users, status: 200, body: { start: 0, limit: 50, total: 1, roles: [{ id: 'r' }] } }],
      'tenant_unavailable',
    ],
    ['no token', [{ on: 'POST /oauth/token', ...always, status: 401 }], 'tenant_refused'],
    [
      'a token endpoint that is down',
      [{ on: 'POST /oauth/token', ...always, status: 500 }],
      'tenant_unavailable',
    ],
  ];
  it.each(faults)('(%s) is an error, never an empty set', async (_, script, code) => {
    const tenant = await startTenant();
    tenant.api.fail(script);
    const resolver = tenant.open({ timeout: 500 });
    const error: unknown = await resolver.resolve(tenant.query()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ResolverError);
    expect(error).toMatchObject({ code });
    expect(String((error as Error).stack)).not.toMatch(new RegExp(`${SECRET}|Bearer|simulated`));
    if (code === 'rate_limited') expect((error as ResolverError).retryAfter).toBeGreaterThan(20);
  });

  it.each([
    ['half an answer', [{ on: 'GET /api/v2/users', ...always, after: 1, half: true }]],
    [
      'another shape',
      [{ on: 'GET /api/v2/users', ...always, after: 1, status: 200, body: { permissions: {} } }],
    ],
    ['404', [{ on: 'GET /api/v2/users', ...always, after: 1, status: 404 }]],
  ] satisfies [string, readonly Fault[]][])('(%s) of the second page is one of all', async (_, script) => {
    const names = Array.from({ length: 80 }, (__, index) => `orders:${index}`);
    const tenant = await startTenant({ tenant: smallTenant(permissions(...names)), pageCap: 50 });
    tenant.api.fail(script);
    const resolver = tenant.open({ tables: MANAGEMENT(tenant.domain).tables, timeout: 500 });
    await expect(resolver.resolve(tenant.query())).rejects.toThrow(ResolverError);
  });

  it('is that of a user who does not exist, and one of a member who left', async () => {
    const tenant = await startTenant();
    const resolver = tenant.open();
    for (const query of [{ subject: 'auth0|gone' }, { organization: 'org_9' }])
      await expect(resolver.resolve(tenant.query(query))).rejects.toMatchObject({ code: 'tenant_refused' });
  });

  it('that passes is tried again, and answered', async () => {
    const tenant = await startTenant();
    tenant.api.fail([{ on: 'GET /api/v2/users', status: 429, headers: { 'retry-after': '0' } }]);
    await expect(tenant.open().resolve(tenant.query())).resolves.toBeDefined();
    expect(tenant.requests).toHaveLength(2);
  });

  it('of a token that is no longer accepted costs one more token', async () => {
    const tenant = await startTenant();
    const resolver = tenant.open();
    await resolver.resolve(tenant.query());
    tenant.api.tokens.expireAll();
    await expect(resolver.resolve(tenant.query({ newerThan: Date.now() }))).resolves.toBeDefined();
  });

  it("counts for a while for all that want the same: who is gone uses up nobody's requests", async () => {
    const tenant = await startTenant();
    const resolver = tenant.open();
    const query = tenant.query({ subject: 'auth0|gone' });
    for (let i = 0; i < 20; i += 1) await expect(resolver.resolve(query)).rejects.toThrow(ResolverError);
    expect(tenant.requests).toHaveLength(1);
    await expect(resolver.resolve(tenant.query())).resolves.toBeDefined();
  });

  it('of a storm of 429 keeps everybody from asking until it is over', async () => {
    const tenant = await startTenant();
    const storm = {
      status: 429,
      headers: { 'retry-after': '30', 'x-ratelimit-limit': '10', 'x-ratelimit-remaining': '0' },
    };
    tenant.api.fail([{ ...users, ...storm }]);
    const resolver = tenant.open();
    const ask = (index: number) => resolver.resolve(tenant.query({ subject: `auth0|${index}` }));
    await expect(ask(0)).rejects.toMatchObject({ code: 'rate_limited' });
    for (let i = 1; i < 50; i += 1)
      await expect(ask(i)).rejects.toMatchObject({ code: 'rate_limited', retryAfter: 30 });
    expect(tenant.requests).toHaveLength(1);
  });

  it('is none where the limit of the smallest plan only slows it down', async () => {
    const tenant = await startTenant({ rate: PLANS.free });
    const resolver = tenant.open({ requestsPerSecond: 2, timeout: 8000 });
    const answers = [0, 1, 2, 3].map((index) => {
      tenant.api.tenant.users.set(`auth0|${index}`, { permissions: [], roles: [] });
      return resolver.resolve(tenant.query({ subject: `auth0|${index}` }));
    });
    expect(await Promise.all(answers)).toHaveLength(4);
  });

  it('of any shape of answer is no smaller set: it is the right one, or an error', async () => {
    const tenant = await startTenant();
    const { claim } = await tenant.open().resolve(tenant.query());
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (body) => {
        tenant.api.fail([{ on: 'GET /api/v2/users', times: 9, status: 200, body }]);
        const resolver = tenant.open({ timeout: 300 });
        const answer = await resolver.resolve(tenant.query()).catch((error: unknown) => error);
        if (!(answer instanceof ResolverError)) expect(answer).toMatchObject({ claim });
        await resolver.close();
      }),
      { numRuns: 25 },
    );
  });
});

describe('staleIfError', () => {
  const down: readonly Fault[] = [{ on: 'GET /api/v2/users', times: Number.POSITIVE_INFINITY, status: 429 }];

  it('gives answers past their ttl while Auth0 can not be asked, for so long and no longer', async () => {
    const tenant = await startTenant();
    const lines: string[] = [];
    const resolver = tenant.open({
      ttl: 10,
      staleIfError: 100,
      timeout: 300,
      log: (line) => lines.push(line),
    });
    const first = await resolver.resolve(tenant.query());
    tenant.api.fail(down);
    advance(60);
    expect((await resolver.resolve(tenant.query())).claim).toBe(first.claim);
    expect(lines).toHaveLength(1);
    await expect(resolver.resolve(tenant.query({ newerThan: first.readAt }))).rejects.toThrow(ResolverError);
    vi.restoreAllMocks();
    advance(111);
    await expect(resolver.resolve(tenant.query())).rejects.toThrow(ResolverError);
  });

  it('gives no answer past its ttl of a user whom Auth0 no longer knows, or refuses to tell of', async () => {
    const tenant = await startTenant();
    const resolver = tenant.open({ ttl: 10, staleIfError: 100 });
    await resolver.resolve(tenant.query());
    for (const status of [404, 403]) {
      tenant.api.fail([{ on: 'GET /api/v2/users', times: Number.POSITIVE_INFINITY, status }]);
      advance(20);
      await expect(resolver.resolve(tenant.query())).rejects.toMatchObject({ code: 'tenant_refused' });
    }
  });

  it('is off by default', async () => {
    const tenant = await startTenant();
    const resolver = tenant.open({ ttl: 10, timeout: 300 });
    await resolver.resolve(tenant.query());
    tenant.api.fail(down);
    advance(11);
    await expect(resolver.resolve(tenant.query())).rejects.toThrow(ResolverError);
  });
});

describe('close', () => {
  it('ends it', async () => {
    const tenant = await startTenant();
    const resolver = tenant.open();
    await resolver.resolve(tenant.query());
    await resolver.close();
    await expect(resolver.resolve(tenant.query())).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('the options', () => {
  const { tables } = build();
  const table = tables.audiences[0] as object;
  const source = (table as { sources: object[] }).sources[0];
  const good = { tables, domain: 'acme.eu.auth0.com', clientId: CLIENT_ID, clientSecret: SECRET };
  const withTable = (change: object) => ({ tables: { ...tables, audiences: [{ ...table, ...change }] } });
  it.each<[object, RegExp]>([
    [{ tables: undefined }, /format claimgen-resolver-1: run claimgen build/],
    [{ tables: { ...tables, format: 'claimgen-resolver-2' } }, /format/],
    [{ tables: { ...tables, audiences: [] } }, /not what claimgen build writes/],
    [{ tables: { ...tables, roles: undefined } }, /not what claimgen build writes/],
    [{ tables: { ...tables, roles: [['Clerk', { orders: 'all' }]] } }, /not what claimgen build writes/],
    [withTable({ ids: 'k3Jd9a' }), /not what claimgen build writes/],
    [withTable({ ids: ['k3Jd9a'], ends: [-1] }), /not what claimgen build writes/],
    [withTable({ sources: [{ ...source, organizations: undefined }] }), /not what claimgen build writes/],
    [withTable({ sources: [{ ...source, organizations: 'tenant-wide' }] }), /not what claimgen build writes/],
    [withTable({ sources: [{ ...source, unknownRoles: 'allow' }] }), /not what claimgen build writes/],
    [withTable({ sources: [] }), /not what claimgen build writes/],
    [withTable({ sources: [{ kind: 'ldap' }] }), /not what claimgen build writes/],
    [withTable({ grant: 'requested' }), /which scopes a client requested/],
    [
      withTable({
        names: [],
        sources: [{ kind: 'event', organizations: 'refuse', path: ['client', 'metadata', 'a'] }],
      }),
      /event.client.metadata.a, which exists at a login only/,
    ],
    [
      withTable({
        names: [],
        sources: [{ kind: 'event', organizations: 'refuse', path: ['user', 'user_metadata', 'a'] }],
      }),
      /at a login only/,
    ],
    [{ tables: MANAGEMENT('other.eu.auth0.com').tables }, /of the tenant other.eu.auth0.com, not of acme/],
    [{ domain: 'https://acme.eu.auth0.com/' }, /domain must be/],
    [{ domain: undefined }, /domain must be/],
    [{ clientId: '' }, /clientId must be a string/],
    [{ clientSecret: 7 }, /clientSecret must be a string/],
    [{ issuers: [] }, /issuers must be/],
    [{ issuers: 'https://acme.eu.auth0.com/' }, /issuers must be/],
    [{ ttl: 0 }, /ttl must be a number from 1 to 3600/],
    [{ ttl: Number.NaN }, /ttl must be/],
    [{ staleIfError: -1 }, /staleIfError must be/],
    [{ timeout: 60_000 }, /timeout must be/],
    [{ requestsPerSecond: '10' }, /requestsPerSecond must be/],
    [{ entries: 0 }, /entries must be/],
    [{ store: 'redis://localhost' }, /store must be/],
    [{ log: true }, /log must be a function/],
    [{ secret: SECRET }, /secret is not an option/],
  ])('%# that can not work are refused', (change, message) => {
    expect(() => createResolver({ ...good, ...change } as never)).toThrow(message);
    expect(() => createResolver({ ...good, ...change } as never)).not.toThrow(SECRET);
  });
});
