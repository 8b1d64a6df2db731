// What verifiers are told when files of `claimgen dev` change: by a real feed over HTTP, of tokens that were issued before.
import { difference, openHttpFeed } from '@claimgen/changes';
import { createVerifier, permissionState, type Verifier } from '@claimgen/verifier';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { changesBetween } from '../../src/dev/changes-between.ts';
import { readFixtures } from '../../src/dev/fixtures.ts';
import { type OpenTenant, openTenant } from '../../src/dev/open-tenant.ts';
import { loadProject } from '../../src/project/project.ts';
import { type ProjectFolder, projectFolder } from '../project-folder.ts';
import { Application, CALLBACK, read } from './application.ts';
import { billing, type DevProcess, devProject, FIXTURES, orders, startDevProcess } from './dev-process.ts';

interface World {
  readonly folder: ProjectFolder;
  readonly process: DevProcess;
  readonly verifier: Verifier<string>;
  readonly app: Application;
  /** Writes files, and waits until they were read. */
  change(files: Readonly<Record<string, string>>): Promise<void>;
}

async function world(more: object = {}): Promise<World> {
  const folder = devProject(more);
  expect(await folder.claimgen('build')).toMatchObject({ exitCode: 0 });
  const process = await startDevProcess(folder);
  const { issuer } = process;
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const feed = openHttpFeed(`${issuer}changes`, { secret: 'claimgen-dev-loopback' });
  const layout = JSON.parse(folder.read('claimgen/verifier/orders.json'));
  const verifier = createVerifier<string>({
    issuer,
    layout,
    clockTolerance: 0,
    changes: { feed, onStale: 'deny', signal: stop.signal },
  });
  await verifier.prefetch();
  let reloads = 0;
  return {
    folder,
    process,
    verifier,
    app: new Application(issuer),
    async change(files) {
      reloads += 1;
      folder.write(files);
      await process.printedOnce(new RegExp(`(Read again[\\s\\S]*){${reloads}}`));
    },
  };
}

const clerk = { login_hint: 'auth0|clerk', audience: orders };
const withRoles = (roles: string) =>
  FIXTURES.replace('roles: [Clerk], name: Clara', `roles: ${roles}, name: Clara`);
const catalogWith = (folder: ProjectFolder, clerkHas: readonly string[]): string => {
  const catalog = JSON.parse(folder.read('catalog.json'));
  catalog.roles.Clerk = clerkHas.map((name) => ({ name, audience: orders }));
  return JSON.stringify(catalog);
};

/** What a token says of both permissions of the API, as soon as it says something else than `not`. */
async function statesOf({ verifier }: World, token: string, not: readonly string[] = []): Promise<string[]> {
  for (;;) {
    const access = await verifier.verify(token);
    const states = ['orders:read', 'orders:write'].map((name) => permissionState(access, name));
    if (JSON.stringify(states) !== JSON.stringify(not)) return states;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('a token of before', () => {
  it('is stale for what a role of its user granted, and a newer one says no', async () => {
    const here = await world();
    const { access_token, refresh_token } = await here.app.login(clerk);
    expect(await statesOf(here, access_token)).toEqual(['yes', 'no']);
    await here.change({ 'users.yaml': withRoles('[]') });
    expect(await statesOf(here, access_token, ['yes', 'no'])).toEqual(['stale', 'no']);
    // A token of the same second is as old as the change; `Retry-After` says so to clients.
    let fresh = await here.app.refresh(refresh_token);
    while ((await statesOf(here, fresh.access_token))[0] === 'stale')
      fresh = await here.app.refresh(fresh.refresh_token);
    expect(await statesOf(here, fresh.access_token)).toEqual(['no', 'no']);
    const other = await here.app.login({ ...clerk, login_hint: 'auth0|accountant' });
    expect(await statesOf(here, other.access_token)).toEqual(['yes', 'no']);
  });

  it.each([
    ['by the Action', [{ roles: { groups: true } }]],
    ['for the event', ['roles']],
  ])('is stale where its claim says when it was read, %s', async (_, source) => {
    const here = await world({ action: { name: 'p', asOf: true, source } });
    const { access_token } = await here.app.login(clerk);
    await here.change({ 'users.yaml': withRoles('[]') });
    expect(await statesOf(here, access_token, ['yes', 'no'])).toEqual(['stale', 'no']);
    let fresh = await here.app.login(clerk);
    while ((await statesOf(here, fresh.access_token))[0] === 'stale') fresh = await here.app.login(clerk);
    expect(await statesOf(here, fresh.access_token)).toEqual(['no', 'no']);
  });

  it('is stale for what its role grants by now, and for nothing else', async () => {
    const here = await world();
    const { access_token } = await here.app.login(clerk);
    await here.change({ 'catalog.json': catalogWith(here.folder, ['orders:read', 'orders:write']) });
    expect(here.process.printed()).toContain('Read again: 4 users. Verifiers were told of 1 change.');
    expect(await statesOf(here, access_token, ['yes', 'no'])).toEqual(['yes', 'stale']);
    await here.change({ 'catalog.json': catalogWith(here.folder, ['orders:write']) });
    expect(await statesOf(here, access_token, ['yes', 'stale'])).toEqual(['stale', 'stale']);
  });

  it('is refused once its user has left', async () => {
    const here = await world();
    const { access_token } = await here.app.login(clerk);
    await here.change({ 'users.yaml': 'users: [{id: other, roles: [Clerk]}]' });
    await expect.poll(() => here.verifier.verify(access_token).catch(({ code }) => code)).toBe('token_stale');
  });

  it('is stale for everything after a change of the config, or of the user beyond roles', async () => {
    const here = await world();
    const { access_token } = await here.app.login(clerk);
    await here.change({ 'users.yaml': FIXTURES.replace('name: Clara', 'app_metadata: {x: 1}') });
    expect(await statesOf(here, access_token, ['yes', 'no'])).toEqual(['stale', 'stale']);
    const other = await here.app.login({ ...clerk, login_hint: 'auth0|accountant' });
    const config = JSON.parse(here.folder.read('claimgen.config.json'));
    config.audiences.orders.globs = ['*', '!orders:write'];
    await here.change({ 'claimgen.config.json': JSON.stringify(config) });
    expect(await statesOf(here, other.access_token, ['yes', 'no'])).toEqual(['stale', 'stale']);
  });

  it('is stale for everything where an id is longer than a record holds', async () => {
    const here = await world();
    const { access_token } = await here.app.login(clerk);
    const long = (roles: string) =>
      FIXTURES.replace('clients:', `  - {id: ${'x'.repeat(5000)}, roles: ${roles}}\nclients:`);
    await here.change({ 'users.yaml': long('[Clerk]') });
    expect(await statesOf(here, access_token)).toEqual(['yes', 'no']);
    await here.change({ 'users.yaml': long('[]') });
    expect(await statesOf(here, access_token, ['yes', 'no'])).toEqual(['stale', 'stale']);
  });

  it('stays as good as it was where others join, and where nothing but a comment changes', async () => {
    const here = await world();
    const { access_token } = await here.app.login(clerk);
    await here.change({
      'users.yaml': FIXTURES.replace('clients:', '  - {id: new, roles: [Clerk]}\nclients: # all'),
    });
    expect(here.process.printed()).toMatch(/Read again: 5 users\.\n$/);
    expect(await statesOf(here, access_token)).toEqual(['yes', 'no']);
  });
});

it('a code of before is exchanged for a token of now', async () => {
  const here = await world();
  const code = (await here.app.callback(clerk)).get('code') ?? '';
  await here.change({ 'users.yaml': withRoles('[]') });
  const { access_token } = await here.app.token({
    grant_type: 'authorization_code',
    client_id: 'web',
    code,
    redirect_uri: CALLBACK,
    code_verifier: here.app.verifier,
  });
  const access = await createVerifier({
    issuer: here.process.issuer,
    layout: JSON.parse(here.folder.read('claimgen/verifier/orders.json')),
  }).verify(access_token);
  expect([...access.permissions]).toEqual([]);
  expect(read(access_token).payload['sub']).toBe('auth0|clerk');
});

it('the feed is served to who sends its secret', async () => {
  const { issuer } = await startDevProcess(devProject());
  const ask = (secret: string) =>
    fetch(`${issuer}changes`, { headers: { authorization: `Bearer ${secret}` } });
  expect((await ask('another-secret-of-16')).status).toBe(401);
  const answer = await ask('claimgen-dev-loopback');
  expect([answer.status, answer.headers.get('x-claimgen-dev')]).toEqual([
    200,
    'loopback only; not for production',
  ]);
});

describe('what is published', () => {
  const names = ['orders:read', 'orders:write', 'invoices:pay'];
  const permissions = names.map((name) => ({ name, audience: name === 'invoices:pay' ? billing : orders }));
  const state = fc.record({
    roles: fc.dictionary(fc.constantFrom('A', 'B', 'C'), fc.subarray(permissions)),
    users: fc.dictionary(
      fc.constantFrom('u', 'v', 'w'),
      fc.record(
        {
          roles: fc.subarray(['A', 'B', 'C']),
          app_metadata: fc.record({ permissions: fc.subarray(names) }),
          organization: fc.constantFrom('org_1', 'org_2'),
        },
        { requiredKeys: ['roles'] },
      ),
      { minKeys: 1 },
    ),
    globs: fc.constantFrom(['*'], ['*', '!orders:write']),
  });

  it('names all that any user has lost or gained, by the Actions of before and after', async () => {
    const config = (globs: readonly string[]) => ({
      catalog: 'catalog.json',
      claim: 'https://acme.example/permissions',
      action: {
        name: 'p',
        source: ['roles', { event: 'user.app_metadata.permissions', organizations: 'tenant-wide' }],
      },
      audiences: { orders: { audience: orders, globs }, billing: { audience: billing, globs: ['*'] } },
    });
    const folder = projectFolder({});
    const opened = async ({
      roles,
      users,
      globs,
    }: typeof state extends fc.Arbitrary<infer T> ? T : never): Promise<OpenTenant> => {
      const all = { A: [], B: [], C: permissions, ...roles };
      folder.write({
        'claimgen.config.json': JSON.stringify(config(globs)),
        'catalog.json': JSON.stringify({ permissions, roles: all }),
      });
      const fixtures = { users: Object.entries(users).map(([id, user]) => ({ id, ...user })) };
      return openTenant(
        loadProject({ cwd: folder.path }),
        readFixtures('users.yaml', JSON.stringify(fixtures)),
      );
    };
    const held = async (
      tenant: OpenTenant,
      userId: string,
      audience: string,
    ): Promise<ReadonlySet<string>> => {
      if (!tenant.users.some(({ id }) => id === userId)) return new Set();
      const login = await tenant.login({
        userId,
        clientId: 'c',
        flow: 'password',
        audience,
        scopes: ['openid'],
      });
      return new Set(login.permissions);
    };
    await fc.assert(
      fc.asyncProperty(state, state, fc.boolean(), async (first, second, isSmall) => {
        const [before, after] = [
          await opened(first),
          await opened(isSmall ? { ...first, users: second.users } : second),
        ];
        try {
          const changes = changesBetween(before.granted, after.granted, difference, Date.now());
          for (const { id } of before.users) {
            for (const [name, audience] of [
              ['orders', orders],
              ['billing', billing],
            ] as const) {
              const [had, has] = [await held(before, id, audience), await held(after, id, audience)];
              const own = changes.filter(({ sub = id, aud = name }) => sub === id && aud === name);
              const says = (member: 'lost' | 'gained', permission: string): boolean =>
                own.some(
                  ({ out, [member]: said = [] }) => out === true || said === '*' || said.includes(permission),
                );
              expect(
                [...had].filter((permission) => !has.has(permission) && !says('lost', permission)),
              ).toEqual([]);
              expect(
                [...has].filter((permission) => !had.has(permission) && !says('gained', permission)),
              ).toEqual([]);
            }
          }
        } finally {
          await Promise.all([before.close(), after.close()]);
        }
      }),
      // Each run loads two tenants.
      { numRuns: Math.min(Number(process.env['CLAIMGEN_RUNS'] ?? 20), 100) },
    );
  });
});
