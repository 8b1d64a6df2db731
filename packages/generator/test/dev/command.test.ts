// `claimgen dev` as a command: what it reads, what it says, what it takes up while it runs.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { assertOutput } from '../json-output.ts';
import { Application, read } from './application.ts';
import { devProject, FIXTURES, orders, startDevProcess } from './dev-process.ts';

async function refused(fixtures: string): Promise<string> {
  const folder = devProject({}, { 'users.yaml': fixtures });
  const { exitCode, error, out } = await folder.claimgen('dev --port 0');
  expect([exitCode, out]).toEqual([2, '']);
  expect(error).not.toContain('    at ');
  return error;
}

describe('claimgen dev', () => {
  it('says where it is, for which APIs, and with how many users', async () => {
    const process = await startDevProcess(devProject());
    expect(process.printed()).toContain(`Issuer  ${process.issuer}`);
    expect(process.printed()).toContain('APIs    orders, billing');
    expect(process.printed()).toContain('Users   4, of users.yaml');
  });

  it('prints what happens as JSON for programs', async () => {
    const folder = devProject();
    const process = await startDevProcess(folder, ['--json']);
    await new Application(process.issuer).login({ login_hint: 'auth0|clerk', audience: orders });
    folder.write({ 'users.yaml': 'users: 7' });
    await process.printedOnce('"refused"');
    folder.write({ 'users.yaml': 'users: [{id: a}]' });
    await process.printedOnce('"reloaded"');
    const lines = process
      .printed()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const line of lines) assertOutput('dev', line);
    expect(lines).toMatchObject([
      { event: 'started', issuer: process.issuer, apis: ['orders', 'billing'], users: 4 },
      {
        event: 'login',
        flow: 'password',
        user: 'auth0|clerk',
        audience: orders,
        outcome: 'allowed',
        permissions: ['orders:read'],
      },
      { event: 'refused', problems: [{ code: 'users_invalid', line: 1 }] },
      { event: 'reloaded', users: 1 },
    ]);
  });

  it('prints a line for each login, without a token', async () => {
    const process = await startDevProcess(devProject());
    const app = new Application(process.issuer);
    const { access_token } = await app.login({ login_hint: 'auth0|clerk', audience: orders });
    await app.login({ login_hint: 'auth0|nobody' });
    const printed = process.printed();
    expect(printed).toContain(`\npassword, auth0|clerk, web, ${orders}: 1 permission\n`);
    expect(printed).toContain('\npassword, auth0|nobody, web, no API requested: no claim\n');
    expect(printed).not.toContain(access_token.split('.')[2]);
  });

  it('lets no client id command a CI system', async () => {
    const process = await startDevProcess(devProject());
    const app = new Application(process.issuer);
    await app.login({ login_hint: 'auth0|clerk', audience: orders, client_id: '##vso[task]' });
    expect(process.printed()).toContain('\\u0023#vso[task]');
  });

  it.each([
    ['that are no object', '[]', 'users.yaml:1:1: the fixtures are not an object'],
    ['without users', 'users: []', 'the fixtures have no users'],
    ['with a misspelt key', `${FIXTURES}client: []`, 'Did you mean "clients"?'],
    ['with a user without an id', 'users: [{roles: [Clerk]}]', 'users[0]: the user has no user id'],
    ['with a user twice', 'users: [{id: a}, {id: a}]', 'users[1]: the id "a" is there twice'],
    ["with a member that is the request's", 'users: [{id: a, scopes: [openid]}]', 'users[0].scopes'],
    ['with a role that there is not', 'users: [{id: a, roles: [Clrk]}]', 'the catalog has no role "Clrk"'],
    ['with a permission that there is not', 'users: [{id: a, permissions: [x]}]', 'no permission "x"'],
    ['with a client without an id', 'users: [{id: a}]\nclients: [{}]', 'clients[0]: a client has no id'],
    ['with an unknown member of a client', 'users: [{id: a}]\nclients: [{id: a, secrets: b}]', '"secrets"'],
    [
      'with an API that there is not',
      'users: [{id: a}]\nclients: [{id: a, refreshAudiences: [x]}]',
      'no API "x"',
    ],
    [
      'with grants without a secret',
      'users: [{id: a}]\nclients: [{id: a, grants: {x: [b]}}]',
      'has a secret',
    ],
    ['with a leeway that is none', 'users: [{id: a}]\nclients: [{id: a, leeway: 10s}]', '"leeway" is not'],
    ['with a date', 'users: [{id: a, born: 2001-01-01}]', 'YAML reads this as a date'],
    ['that are no YAML', 'users: [', 'users.yaml:'],
  ])('refuses fixtures %s', async (_, fixtures, message) => {
    expect(await refused(fixtures)).toContain(message);
  });

  it('refuses fixtures that are not there, ports that are none, and HS256', async () => {
    const folder = devProject();
    expect(await folder.claimgen('dev --fixtures nobody.yaml')).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining('users: [{id: auth0|1, roles: [<a role of the catalog>]}]'),
    });
    expect((await folder.claimgen('dev --port 70000')).error).toContain('from 0 to 65535');
    const symmetric = devProject({ token: { algorithm: 'HS256' } });
    expect(await symmetric.claimgen('dev --port 0')).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining('does not sign with HS256'),
    });
  });

  it('says that the port is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { exitCode, error } = await devProject().claimgen(`dev --port ${port}`);
    expect([exitCode, error]).toEqual([2, expect.stringContaining(`port ${port} (EADDRINUSE)`)]);
  });

  it('takes up another user, another role and another config while it runs', async () => {
    const folder = devProject();
    const process = await startDevProcess(folder);
    const permissionsOf = async (id: string): Promise<readonly string[]> => {
      const app = new Application(process.issuer);
      await app.login({ login_hint: id, audience: orders });
      const [last] = (await (await app.fetch('logins.json')).json()) as { permissions: string[] }[];
      return last?.permissions ?? [];
    };
    expect(await permissionsOf('auth0|clerk')).toEqual(['orders:read']);
    folder.write({ 'users.yaml': 'users: [{id: new, roles: [Clerk]}]' });
    await process.printedOnce('Read again: 1 user.');
    expect(await permissionsOf('new')).toEqual(['orders:read']);
    const catalog = JSON.parse(folder.read('catalog.json'));
    catalog.roles.Clerk.push({ name: 'orders:write', audience: orders });
    folder.write({ 'catalog.json': JSON.stringify(catalog) });
    await process.printedOnce(/(Read again[\s\S]*){2}/);
    expect(await permissionsOf('new')).toEqual(['orders:read', 'orders:write']);
    const config = JSON.parse(folder.read('claimgen.config.json'));
    config.audiences.orders.globs = ['*', '!orders:write'];
    folder.write({ 'claimgen.config.json': JSON.stringify(config) });
    await process.printedOnce(/(Read again[\s\S]*){3}/);
    expect(await permissionsOf('new')).toEqual(['orders:read']);
  });

  it('goes on as it was while a file can not be used, and says why', async () => {
    const folder = devProject();
    const process = await startDevProcess(folder);
    folder.write({ 'users.yaml': 'users: [{id: a, roles: [Nobody]}]' });
    await process.printedOnce('Until then everything stays as it was.');
    expect(process.printed()).toContain('the catalog has no role "Nobody"');
    const app = new Application(process.issuer);
    const tokens = await app.login({ login_hint: 'auth0|clerk', audience: orders });
    expect(read(tokens.access_token).payload['sub']).toBe('auth0|clerk');
    folder.write({ 'users.yaml': FIXTURES });
    await process.printedOnce('Read again: 4 users.');
  });

  it('shows the event, the claim and the permissions of each login, escaped and without tokens', async () => {
    const folder = devProject({}, { 'users.yaml': 'users: [{id: "<b>|1", roles: [Clerk]}]' });
    const app = new Application((await startDevProcess(folder)).issuer);
    expect(await (await app.fetch('')).text()).toContain('Nobody has logged in yet.');
    const { access_token } = await app.login({ login_hint: '<b>|1', audience: orders });
    const page = await (await app.fetch('')).text();
    expect(page).toContain('<li><code>orders:read</code></li>');
    expect(page).toContain(String(read(access_token).payload['https://acme.example/permissions']));
    expect(page).toContain('&quot;user_id&quot;: &quot;&lt;b&gt;|1&quot;');
    expect(page).not.toContain('<b>');
    expect(page).not.toContain(access_token);
  });

  it('answers requests of every kind that are none of its own, and goes on', async () => {
    const app = new Application((await startDevProcess(devProject())).issuer);
    const paths = [
      'x',
      'u/login/x',
      'authorize',
      'authorize/x',
      'oauth/token',
      'oauth/revoke',
      'changes',
      'userinfo',
      'v2/logout?returnTo=x',
      '%',
      'authorize?client_id=__proto__',
    ];
    for (const path of paths) {
      for (const method of ['GET', 'POST', 'DELETE', 'HEAD']) {
        const response = await app.fetch(path, { method });
        expect([path, method, response.status < 500]).toEqual([path, method, true]);
        expect(response.headers.get('x-claimgen-dev')).not.toBeNull();
      }
    }
    expect((await app.login({ login_hint: 'auth0|clerk', audience: orders })).token_type).toBe('Bearer');
  });
});
