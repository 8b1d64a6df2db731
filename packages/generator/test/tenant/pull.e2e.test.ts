// `claimgen pull` over HTTPS, against the stand-in: the catalog in both forms, drift, users, an old export, and what it refuses.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SECRET } from '../../../tenant/test/stand-in.ts';
import { identifierOf, scopeOf } from '../../../tenant/test/tenants.ts';
import { startWorld } from './world.ts';

describe('claimgen pull', () => {
  it('writes a catalog that builds, and says the second time that nothing has changed', async () => {
    const world = await startWorld();
    expect(await world.claimgen('pull')).toMatchObject({
      exitCode: 0,
      out: `Wrote ${join(world.project.path, 'catalog.json')}: 2 APIs, 6 permissions, 3 roles.\n`,
    });
    expect(await world.claimgen('build')).toMatchObject({ exitCode: 0 });
    expect(await world.claimgen('pull')).toMatchObject({
      exitCode: 0,
      out: 'No changes: 2 APIs, 6 permissions, 3 roles.\n',
    });
    expect(await world.claimgen('pull --check')).toMatchObject({ exitCode: 0 });
    expect(world.requests.filter((request) => request.startsWith('POST'))).toEqual(['POST /oauth/token']);
  });

  it('says what the tenant gained and lost, and with --check fails and writes nothing', async () => {
    const world = await startWorld();
    await world.claimgen('pull');
    const before = world.project.read('catalog.json');
    const { roles, apis } = world.api.tenant;
    const role = roles.get('rol_0');
    if (role === undefined) throw new Error('there is no such role');
    roles.set('rol_0', { ...role, permissions: role.permissions.slice(1) });
    const api = apis.get('api_1');
    if (api === undefined) throw new Error('there is no such API');
    apis.set('api_1', { ...api, token_lifetime: 7_200 });
    const checked = await world.claimgen('pull --check');
    expect(checked.exitCode).toBe(1);
    expect(checked.out).toContain(`~ API ${identifierOf(1)}: tokenLifetime 86400 -> 7200\n`);
    expect(checked.out).toContain(`~ role Role 0 lost ${scopeOf(0, 0)} (${identifierOf(0)})\n`);
    expect(checked.out).toContain('differ in 2 places');
    expect(world.project.read('catalog.json')).toBe(before);
    const json = JSON.parse((await world.claimgen('pull --check --json')).out);
    expect(json.changes).toHaveLength(2);
    expect(json.written).toBe(null);
    expect(await world.claimgen('pull')).toMatchObject({ exitCode: 0 });
    expect(await world.claimgen('pull --check')).toMatchObject({ exitCode: 0 });
  });

  it('fails with --check where there is no catalog yet', async () => {
    const world = await startWorld();
    expect(await world.claimgen('pull --check')).toMatchObject({ exitCode: 1 });
    expect([...world.project.snapshot().keys()]).toEqual(['claimgen.config.yaml']);
  });

  it('needs no config with --out', async () => {
    const world = await startWorld();
    world.project.remove('claimgen.config.yaml');
    expect(await world.claimgen('pull --out here/catalog.json')).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(world.project.read('here/catalog.json')).roles['Role 1']).toHaveLength(3);
  });

  it('writes an auth0-deploy-cli folder, with applications by name, in which it removes what the tenant no longer has', async () => {
    const world = await startWorld();
    const { tenant } = world.api;
    tenant.clients.set('client1', { client_id: 'client1', name: 'Batch' });
    tenant.grants.set('cgr_1', {
      id: 'cgr_1',
      client_id: 'client1',
      audience: identifierOf(0),
      scope: [scopeOf(0, 0)],
      subject_type: 'client',
    });
    world.project.write({
      'claimgen.config.yaml': world.project.read('claimgen.config.yaml').replace('catalog.json', './tenant'),
    });
    expect(await world.claimgen('pull')).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(world.project.read('tenant/grants/Batch-API 0.json')).client_id).toBe('Batch');
    expect(await world.claimgen('pull --check')).toMatchObject({ exitCode: 0 });
    tenant.roles.delete('rol_2');
    expect(await world.claimgen('pull --check')).toMatchObject({ exitCode: 1 });
    expect(await world.claimgen('pull')).toMatchObject({ exitCode: 0 });
    expect([...world.project.snapshot().keys()].filter((path) => path.startsWith('tenant/roles/'))).toEqual([
      'tenant/roles/Role 0.json',
      'tenant/roles/Role 1.json',
    ]);
    expect(await world.claimgen('build')).toMatchObject({ exitCode: 0 });
  });

  it.each([
    ['a file of somebody else', { 'catalog.json': '{"name": "package"}' }, 'pull'],
    ['a file that is no JSON', { 'catalog.json': 'notes' }, 'pull'],
    ['a folder with keywords', { 'tenant/roles/a.json': '{"name": "@@NAME@@"}' }, 'pull --out tenant'],
    ['a tenant.yaml', { 'tenant/tenant.yaml': 'roles: []\n' }, 'pull --out tenant'],
    ['a file without an ending', { tenant: 'text' }, 'pull --out tenant'],
    ['a place below a file', { file: 'text' }, 'pull --out file/catalog.json'],
    ['a folder below a file', { file: 'text' }, 'pull --out file/tenant'],
    ['users below a file', { file: 'text' }, 'pull --users file/users.ndjson'],
    ['no name', {}, 'pull --out='],
    ['YAML', {}, 'pull --out tenant.yaml'],
    ['users of somebody else', { 'users.ndjson': '{"name": "package"}\n' }, 'pull --users users.ndjson'],
    ['both users and --check', {}, 'pull --users users.ndjson --check'],
    ['applications without an export', {}, 'pull --applications a=b'],
    ['no rate', {}, 'pull --rps 0'],
    ['no time', {}, 'pull --timeout -1'],
    ['an environment that is not there', {}, 'pull --env dev'],
  ])('refuses %s with exit code 2, and touches nothing', async (_, files, args) => {
    const world = await startWorld();
    world.project.write(files as Record<string, string>);
    const before = world.project.snapshot();
    const { exitCode, out, error } = await world.claimgen(args);
    expect([exitCode, out]).toEqual([2, '']);
    expect(error).toMatch(/^\S.*\n {2}\S/);
    expect(error).not.toContain('bug');
    expect(world.project.snapshot()).toEqual(before);
    expect(
      world.requests.filter((request) => !request.startsWith('GET') && !request.includes('/oauth/')),
    ).toEqual([]);
  });

  it('replaces nothing that is no file, and follows a link to one', async () => {
    const world = await startWorld();
    execFileSync('mkfifo', [join(world.project.path, 'pipe')]);
    symlinkSync('pipe', join(world.project.path, 'catalog.json'));
    expect(await world.claimgen('pull')).toMatchObject({ exitCode: 2 });
    expect(statSync(join(world.project.path, 'pipe')).isFIFO()).toBe(true);
    mkdirSync(join(world.project.path, 'real'));
    world.project.write({ 'real/catalog.json': '' });
    world.project.remove('catalog.json');
    symlinkSync(join(world.project.path, 'real/catalog.json'), join(world.project.path, 'catalog.json'));
    expect(await world.claimgen('pull')).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(world.project.read('real/catalog.json')).apis).toHaveLength(2);
  });

  it('says which credentials are missing, and which scopes', async () => {
    const world = await startWorld({
      clients: [{ id: 'the-client', secret: SECRET, scopes: ['read:roles'] }],
    });
    const missing = await world.claimgen('pull', { env: { AUTH0_CLIENT_SECRET: undefined } });
    expect(missing).toMatchObject({ exitCode: 2, out: '' });
    expect(missing.error).toContain('AUTH0_CLIENT_SECRET');
    const lacking = await world.claimgen('pull --json');
    expect(lacking.exitCode).toBe(2);
    expect(JSON.parse(lacking.out).problems[0]).toMatchObject({ code: 'scope_missing' });
    expect(lacking.out).toContain('read:resource_servers, read:client_grants');
  });

  it('leaves out what roles hold of APIs and permissions that are gone, and builds all the same, from both forms', async () => {
    const world = await startWorld();
    const { roles, apis } = world.api.tenant;
    const role = roles.get('rol_0');
    const api = apis.get('api_0');
    if (role === undefined || api === undefined) throw new Error('there is no such role or API');
    const of = (permission_name: string, resource_server_identifier: string) => ({
      permission_name,
      resource_server_identifier,
    });
    const permissions = [
      of('gone:read', 'https://gone.example/'),
      of('__proto__', '__proto__'),
      ...role.permissions,
    ];
    roles.set('rol_0', { ...role, permissions });
    roles.set('rol_9', { id: 'rol_9', name: '__proto__', permissions: [] });
    roles.set('rol_8', {
      id: 'rol_8',
      name: 'Rolle „ä“ \u{1f600}',
      permissions: [of(scopeOf(0, 1), identifierOf(0))],
    });
    apis.set('api_0', { ...api, scopes: api.scopes?.slice(1) ?? [] });
    for (const out of ['', ' --out tenant']) {
      const pulled = await world.claimgen(`pull${out}`);
      expect(pulled).toMatchObject({ exitCode: 0 });
      expect(pulled.out).toContain(
        `note: What roles hold of permissions that no API has any more is left out: gone:read of https://gone.example/, __proto__ of __proto__, ${scopeOf(0, 0)} of ${identifierOf(0)}.\n`,
      );
      expect(await world.claimgen(`pull --check${out}`)).toMatchObject({ exitCode: 0 });
    }
    expect(await world.claimgen('build')).toMatchObject({ exitCode: 0 });
    const config = world.project.read('claimgen.config.yaml');
    world.project.write({ 'claimgen.config.yaml': config.replace('catalog.json', './tenant') });
    expect(await world.claimgen('check')).toMatchObject({ exitCode: 0 });
  });

  it('takes up scopes that were granted since the token was cached', async () => {
    const scopes = ['read:roles'];
    const world = await startWorld({ clients: [{ id: 'the-client', secret: SECRET, scopes }] });
    const tokens = () => world.requests.filter((request) => request === 'POST /oauth/token').length;
    expect(await world.claimgen('pull')).toMatchObject({ exitCode: 2 });
    expect(tokens()).toBe(1);
    scopes.push('read:resource_servers');
    expect((await world.claimgen('pull')).error).toContain('lacks the scope read:client_grants');
    expect(tokens()).toBe(2);
    scopes.push('read:client_grants');
    expect(await world.claimgen('pull')).toMatchObject({ exitCode: 0 });
    expect(await world.claimgen('pull')).toMatchObject({ exitCode: 0 });
    expect(tokens()).toBe(3);
  });

  it("goes to no tenant but the config's", async () => {
    const world = await startWorld();
    world.project.write({
      'claimgen.config.yaml': world.project
        .read('claimgen.config.yaml')
        .replace(world.served.domain, 'acme.eu.auth0.com'),
    });
    const refused = await world.claimgen('pull --env prod');
    expect(refused).toMatchObject({ exitCode: 2 });
    expect(refused.error).toContain("the config's tenant is acme.eu.auth0.com");
    expect(world.requests).toEqual([]);
  });

  it('writes users with their roles, which population reads', async () => {
    const world = await startWorld();
    world.api.tenant.users.set('auth0|1', {
      permissions: [],
      roles: ['Role 0'],
      profile: { email: 'a@b.example' },
    });
    world.api.tenant.users.set('auth0|2', { permissions: [], roles: [] });
    await world.claimgen('pull');
    expect(await world.claimgen('pull --users users.ndjson')).toMatchObject({ exitCode: 0 });
    expect(statSync(join(world.project.path, 'users.ndjson')).mode & 0o777).toBe(0o600);
    const measured = await world.claimgen('population --users users.ndjson --json');
    expect(measured.exitCode).toBe(0);
    expect(JSON.parse(measured.out).users).toBe(2);
    // Unfinished files of runs that were killed: of a process that is gone, and of one with the same number as this one, as in containers.
    const { pid } = spawnSync(process.execPath, ['--version']);
    const left = [pid, process.pid].map((number) => `users.ndjson.${number}.tmp`);
    const others = [`users.ndjson.${process.ppid}.tmp`, 'users.ndjson.x.tmp', `other.ndjson.${pid}.tmp`];
    world.project.write(Object.fromEntries([...left, ...others].map((path) => [path, '{"user_id":'])));
    expect(await world.claimgen('pull --users users.ndjson')).toMatchObject({ exitCode: 0 });
    const kept = [...world.project.snapshot().keys()].filter((path) => path.endsWith('.tmp'));
    expect(kept.sort()).toEqual(others.sort());
  });

  it('reads an export of the Authorization Extension without asking any tenant', async () => {
    const world = await startWorld();
    const extension = {
      configuration: [],
      groups: [],
      permissions: [{ _id: 'p1', name: 'orders:read', applicationType: 'client', applicationId: 'app1' }],
      roles: [
        {
          _id: 'r1',
          name: 'Clerk',
          applicationType: 'client',
          applicationId: 'app1',
          permissions: ['p1'],
          users: ['auth0|1'],
        },
      ],
    };
    world.project.write({ 'extension.json': JSON.stringify(extension) });
    const args = [
      'pull',
      '--authorization-extension',
      'extension.json',
      '--applications',
      `app1=${identifierOf(0)}`,
    ];
    const read = await world.claimgen([...args, '--users', 'users.ndjson']);
    expect(read).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(world.project.read('catalog.json')).roles).toEqual({
      Clerk: [{ name: 'orders:read', audience: identifierOf(0) }],
    });
    expect(world.project.read('users.ndjson')).toBe('{"user_id":"auth0|1","roles":["Clerk"]}\n');
    expect(world.requests).toEqual([]);
    expect(await world.claimgen('build')).toMatchObject({ exitCode: 0 });
  });

  it('keeps the token for the next run, in a file that only its owner reads', async () => {
    const world = await startWorld();
    await world.claimgen('pull');
    await world.claimgen('pull');
    expect(world.requests.filter((request) => request === 'POST /oauth/token')).toHaveLength(1);
    expect(readFileSync(join(world.project.path, 'catalog.json'), 'utf8')).not.toContain(SECRET);
  });
});
