import { expect, test } from 'vitest';
import { billing, clerk, managed, orders, shop } from './shop.ts';

test('the Management API has the users’ roles and direct permissions, on as many pages as it takes', async () => {
  const names = Array.from({ length: 130 }, (_, number) => `orders:${number}`);
  const own = names.map((name) => ({ name, audience: orders }));
  const at = shop({ ...managed(10_000), audiences: { orders: { audience: orders, globs: ['*'] } } });
  at.write({
    'catalog.json': JSON.stringify({ permissions: own, roles: { Clerk: own.slice(0, 120) } }),
    'users.ndjson': [
      { id: 'auth0|1', roles: ['Clerk'] },
      {
        id: 'auth0|2',
        roles: ['Clerk'],
        permissions: [own[125], { name: 'invoices:pay', audience: billing }],
      },
      { id: 'auth0|3', permissions: ['orders:129'] },
    ]
      .map((user) => JSON.stringify(user))
      .join('\n'),
  });
  const { exitCode, out } = await at.claimgen('simulate --users users.ndjson --json');
  const [first, second, third] = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(exitCode).toBe(0);
  expect(first.permissions).toEqual(names.slice(0, 120).sort());
  expect(second.permissions).toEqual([...names.slice(0, 120), 'orders:125'].sort());
  expect(third.permissions).toEqual(['orders:129']);
  // A token once, then three pages.
  expect([first.requests, second.requests, third.requests]).toEqual([4, 3, 1]);
});

test.each(
  'down silent slow 429 429-bare 500 garbage half-page empty-page wrong-shape expired-token forbidden'.split(
    ' ',
  ),
)('with the Management API at fault (%s), a login ends as declared and grants nothing', async (fault) => {
  const at = shop({ ...managed(400), audiences: { orders: { audience: orders, globs: ['*'] } } });
  const { exitCode, out } = await at.claimgen(
    `simulate --json --user ${clerk} --fault managementApi=${fault}`,
  );
  const [login] = JSON.parse(out).logins;
  expect([exitCode, login.outcome, login.permissions]).toEqual([0, 'denied', null]);
  expect(login.requests).toBeGreaterThan(0);
  expect(login.requests).toBeLessThanOrEqual(12);
  expect(login.log.join('\n')).toContain('claimgen: orders');
});

test('a request that is refused once is tried again', async () => {
  const at = shop({ ...managed(10_000), audiences: { orders: { audience: orders, globs: ['*'] } } });
  const { out } = await at.claimgen(`simulate --json --user ${clerk} --fault managementApi=429-once`);
  expect(JSON.parse(out).logins).toMatchObject([
    { outcome: 'allowed', permissions: ['orders:read'], requests: 4 },
  ]);
});

test('faults of the cache and of api.roles can be had, too', async () => {
  const at = shop({
    action: { name: 'p', source: [{ roles: { groups: true } }], onError: 'omit' },
  });
  const users = `simulate --json --audience orders --user ${clerk}`;
  const plain = await at.claimgen(users);
  const faulty = await at.claimgen(`${users} --fault roles=unavailable,cache=full`);
  expect(JSON.parse(plain.out).logins).toMatchObject([{ permissions: ['orders:read'] }]);
  expect(JSON.parse(faulty.out).logins).toMatchObject([{ outcome: 'allowed', permissions: [] }]);
});

test('an organization that the source does not know denies its members, and that fails the run', async () => {
  const member = `'{"id":"auth0|1","roles":["Clerk"],"organization":{"id":"org_1"}}'`;
  const at = shop(managed(10_000));
  const { exitCode, out } = await at.claimgen(`simulate --audience orders --user ${member}`);
  expect(exitCode).toBe(1);
  expect(out).toContain('FAILED  orders, password, auth0|1, org_1  denied');
  const fixtures = await at.claimgen('simulate --audience orders');
  expect(fixtures.exitCode).toBe(0);
  expect(fixtures.out).toContain('every role, in an organization  denied, as the config says');
});
