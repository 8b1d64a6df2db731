import { expect, test } from 'vitest';
import { run } from '../../src/run.ts';
import { billing, catalog, clerk, orders, shop } from './shop.ts';

test('the fixtures show every flow, users with and without roles, and APIs that must stay untouched', async () => {
  const { exitCode, out } = await shop().claimgen('simulate --audience orders');
  expect(exitCode).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "ok      orders, password, every role  allowed; 1 permission; claim 9 characters; line 842 of 8,192 bytes
              grants orders:read
    ok      orders, silent, every role  allowed; 1 permission; claim 9 characters; line 842 of 8,192 bytes
              grants orders:read
    ok      orders, refresh, every role  allowed; 1 permission; claim 9 characters; line 871 of 8,192 bytes
              grants orders:read
    ok      orders, refresh-other-audience, every role  allowed; 1 permission; claim 9 characters; line 871 of 8,192 bytes
              grants orders:read
    ok      orders, resource-owner-password, every role  allowed; 1 permission; claim 9 characters; line 864 of 8,192 bytes
              grants orders:read
    ok      orders, device-code, every role  allowed; 1 permission; claim 9 characters; line 842 of 8,192 bytes
              grants orders:read
    ok      orders, minimal, every role  allowed; 1 permission; claim 9 characters; line 842 of 8,192 bytes
              grants orders:read
    ok      orders, password, no role  allowed; 0 permissions; claim 8 characters; line 836 of 8,192 bytes
    ok      orders, password, every role, in an organization  allowed; 1 permission; claim 9 characters; line 879 of 8,192 bytes
              grants orders:read
    ok      orders, password, Organization Roles by the names of the tenant's  allowed; 0 permissions; claim 8 characters; line 878 of 8,192 bytes
    ok      password, no API requested  allowed; no claim; no JWT
    ok      password, Auth0's Management API  allowed; no claim; line 852 bytes
    12 logins: 12 allowed, 0 denied, 0 failed; 0 over the budget; lines of 856 bytes on average, 879 at most.
    "
  `);
});

test('one user logs in to every API of the config', async () => {
  const { exitCode, out } = await shop().claimgen(`simulate --json --user ${clerk}`);
  expect(exitCode).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    logins: [
      {
        user: 'auth0|1',
        audience: 'orders',
        flow: 'password',
        outcome: 'allowed',
        permissions: ['orders:read'],
      },
      { user: 'auth0|1', audience: 'billing', outcome: 'allowed', permissions: [] },
    ],
    summary: { logins: 2, allowed: 2, wrong: 0 },
  });
});

test('names that no catalog has are told, as the Action drops them without a word', async () => {
  const user = {
    id: 'auth0|1',
    roles: ['Clerk', 'Klerk'],
    permissions: ['orders:wrtie', 'orders:write', { name: 'orders:read', audience: billing }],
    app_metadata: { permissions: ['orders:raed', 'invoices:pay', 'orders:read'] },
  };
  const at = shop({ action: { name: 'p', source: ['roles', { event: 'user.app_metadata.permissions' }] } });
  const { exitCode, out } = await at.claimgen(`simulate --audience orders --user '${JSON.stringify(user)}'`);
  expect([exitCode, out]).toMatchInlineSnapshot(`
    [
      0,
      "ok      orders, password, auth0|1  allowed; 1 permission; claim 9 characters; line 830 of 8,192 bytes
              grants orders:read
              the catalog has no role "Klerk"
              the catalog has no permission "orders:wrtie", which is assigned directly
              the catalog has no permission "orders:read" of https://billing.example, which is assigned directly
              no catalog has "orders:raed", which is in event.user.app_metadata.permissions
              log: claimgen: orders: 1 of 2 roles unknown since the last claimgen build
    1 login: 1 allowed, 0 denied, 0 failed; 0 over the budget; lines of 830 bytes on average, 830 at most.
    ",
    ]
  `);
});

test('an id alone is a user without roles', async () => {
  const { out } = await shop().claimgen(
    `simulate --json --user 'auth0|7' --audience ${orders} --flow refresh`,
  );
  expect(JSON.parse(out).logins).toMatchObject([
    { user: 'auth0|7', audience: 'orders', flow: 'refresh', permissions: [] },
  ]);
});

test('of many users, those with names that no catalog has are told, too', async () => {
  const at = shop();
  at.write({ 'users.ndjson': '{"id":"a","roles":["Clerk"]}\n{"id":"b","roles":["Boss"]}\n' });
  const { out } = await at.claimgen('simulate --users users.ndjson --audience orders');
  const [first, second, ...rest] = out.split('\n');
  expect([first, second]).toEqual([
    expect.stringContaining('orders, password, a  allowed'),
    expect.stringContaining('orders, password, b  allowed'),
  ]);
  expect(rest[0]).toBe('          the catalog has no role "Boss"');
});

test('all permissions of the one user that is asked for are shown', async () => {
  const names = Array.from({ length: 9 }, (_, index) => `orders:${index}`);
  const at = shop();
  const held = names.map((name) => ({ name, audience: orders }));
  at.write({ 'catalog.json': JSON.stringify({ permissions: held, roles: { Clerk: held } }) });
  at.write({ 'claimgen.config.json': at.read('claimgen.config.json').replace(/,"billing":\{[^}]*\}/, '') });
  const { out } = await at.claimgen(`simulate --user ${clerk}`);
  expect(out).toContain(`grants ${names.join(', ')}\n`);
});

test('many users come as a line each, and the last line is the summary', async () => {
  const at = shop();
  const users = Array.from({ length: 1_000 }, (_, number) =>
    JSON.stringify({ id: `auth0|${number}`, roles: number % 2 === 0 ? ['Clerk'] : [], email: 'x@y.example' }),
  );
  at.write({ 'users.ndjson': `${users.join('\n')}\n\n` });
  const { exitCode, out } = await at.claimgen('simulate --users users.ndjson --json');
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect([exitCode, lines.length]).toEqual([0, 2_001]);
  expect(lines.at(-1)).toMatchObject({
    summary: { logins: 2_000, allowed: 2_000, failed: 0, overBudget: 0 },
  });
  expect(lines.filter(({ permissions }) => permissions?.includes('orders:read'))).toHaveLength(500);
  const text = await at.claimgen('simulate --users users.ndjson --audience orders');
  expect(text.out.split('\n').at(-2)).toContain('1,000 logins: 1,000 allowed, 0 denied, 0 failed');
});

test.each([
  ['{"id":"auth0|1","role":["Clerk"]}', 'Did you mean "roles"?'],
  ['{"roles":["Clerk"]}', 'the line has no user id'],
  ['{"id":"auth0|secret"', 'the line is not JSON'],
  ['{"id":"auth0|secret","organization":{}}', 'an organization has no id'],
  ['{"id":"auth0|secret","scopes":"openid"}', '"scopes" is not an array'],
])('a line that is no user ends the run without repeating it: %s', async (line, message) => {
  const at = shop();
  at.write({ 'users.ndjson': line });
  const { exitCode, error } = await at.claimgen('simulate --users users.ndjson');
  expect(exitCode).toBe(2);
  expect(error).toContain(message);
  expect(error).not.toContain('secret');
});

test('on a terminal lines are broken between words, and elsewhere not at all', async () => {
  const at = shop();
  const wide = await at.claimgen('simulate --audience orders');
  for (const columns of [50, 80]) {
    let out = '';
    const narrow = {
      args: ['simulate', '--audience', 'orders'],
      cwd: at.path,
      version: '0',
      columns,
      readStdin: async () => '',
      out: (text: string) => {
        out += text;
      },
      error: () => {},
    };
    expect(await run(narrow)).toBe(0);
    expect(out.split('\n').filter((line) => line.length > columns)).toEqual([]);
    const words = (text: string) => text.split(/\s+/);
    expect(words(out)).toEqual(words(wide.out));
  }
});

test('a token over the budget fails the run', async () => {
  const at = shop({
    token: { scope: 'openid profile email offline_access', sample: 'sample.json' },
    budget: { bytes: 700 },
  });
  at.write({ 'sample.json': '{}' });
  const { exitCode, out } = await at.claimgen(`simulate --audience orders --user ${clerk}`);
  expect(exitCode).toBe(1);
  expect(out).toMatch(/FAILED {2}orders.* of 700 bytes/);
  expect(out).toContain('1 over the budget');
});

test('Actions split by audience run one after another', async () => {
  const { out } = await shop({ action: { name: 'p', split: 'audience' } }).claimgen(
    `simulate --json --user '{"id":"auth0|1","roles":["Clerk","Accountant"]}'`,
  );
  expect(JSON.parse(out).logins).toMatchObject([
    { audience: 'orders', permissions: ['orders:read'] },
    { audience: 'billing', permissions: ['invoices:pay'] },
  ]);
});

test('the environment decides identifiers and catalog', async () => {
  const at = shop({
    environments: { prod: { audiences: { orders: 'https://orders.example.com' }, catalog: 'prod.json' } },
  });
  at.write({
    'prod.json': catalog.replaceAll(orders, 'https://orders.example.com').replace('Clerk', 'Teller'),
  });
  const { out } = await at.claimgen(
    `simulate --json --env prod --audience orders --user '{"id":"1","roles":["Clerk","Teller"]}'`,
  );
  expect(JSON.parse(out).logins).toMatchObject([{ audience: 'orders', permissions: ['orders:read'] }]);
});

test.each([
  ['--fault managementApi=430', 'Did you mean 429?'],
  ['--fault managmentApi=down', 'Did you mean managementApi?'],
  ['--audience order', 'Did you mean orders?'],
  ['--flow passwort', 'password'],
  ['--node 20', '18'],
  ['--user 1 --users users.ndjson', 'exclude each other'],
  ['--users missing.ndjson', "the file can't be read: there is none"],
])('what does not exist is said: %s', async (args, message) => {
  const { exitCode, error } = await shop().claimgen(`simulate ${args}`);
  expect(exitCode).toBe(2);
  expect(error).toContain(message);
});

test('the help has examples', async () => {
  const { out } = await shop().claimgen('simulate --help');
  expect(out).toMatchInlineSnapshot(`
    "claimgen simulate

    Run the Action as Auth0 would: fixture logins, one user or many, faults on
    demand

    Options:
          --version   Show version number                                  [boolean]
      -h, --help      Show help                                            [boolean]
          --config    The config file; found upward from here by default    [string]
          --env       The environment of the config that the Action is for  [string]
          --out       The folder for generated files, in place of the config's
                                                                            [string]
          --json      Print JSON for programs                              [boolean]
          --user      One user in place of the fixtures: an id, or JSON     [string]
          --users     A file with a user as JSON on each line, .gz as well; it may
                      be larger than memory                                 [string]
          --audience  One audience, by name or identifier; all by default   [string]
          --flow      How users log in: password by default, and each way for the
                      fixtures
       [string] [choices: "password", "silent", "refresh", "refresh-other-audience",
                                "resource-owner-password", "device-code", "minimal"]
          --node      A Node that Auth0 runs Actions on, which npx fetches; by
                      default the one that runs claimgen
                                                      [string] [choices: "18", "22"]
          --fault     What goes wrong, as in managementApi=429,cache=full.
                      managementApi: down, silent, slow, 429, 429-bare, 429-once,
                      500, garbage, half-page, empty-page, wrong-shape,
                      expired-token, forbidden; cache: cold, full; roles:
                      unavailable                                           [string]
          --built     Run the Action on disk in place of one that is built now
                                                                           [boolean]

    Examples:
      claimgen simulate                         every flow, with and without roles
      claimgen simulate --user 'auth0|1'        one user, by id or as JSON
      claimgen simulate --users users.ndjson    many users; --json for NDJSON
      claimgen simulate --fault                 while the Management API refuses
      managementApi=429
      claimgen simulate --node 22 --built       the file on disk, on Auth0's Node
    "
  `);
});
