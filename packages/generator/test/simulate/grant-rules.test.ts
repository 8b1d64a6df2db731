import { expect, test } from 'vitest';
import { billing, orders, shop } from './shop.ts';

const rules = (audience: object): object => ({
  audiences: {
    orders: { audience: orders, globs: ['*'], from: { [billing]: 'billing/' }, ...audience },
  },
});

test('fixtures request what they hold, and show what others get: no permission asked for, another client', async () => {
  const at = shop(rules({ grant: 'requested', clients: { only: ['web'] } }));
  const { exitCode, out } = await at.claimgen('simulate');
  expect(exitCode).toBe(0);
  const lines = out.split('\n').filter((line) => line.includes('orders, '));
  const permissions = Object.fromEntries(
    lines.map((line) => [/orders, (.*?) {2}/.exec(line)?.[1], Number(/(\d+) permission/.exec(line)?.[1])]),
  );
  expect(permissions).toEqual({
    'password, every role': 2,
    'silent, every role': 2,
    'refresh, every role': 2,
    'refresh-other-audience, every role': 2,
    'resource-owner-password, every role': 2,
    'device-code, every role': 2,
    // Its event does not say what is requested.
    'minimal, every role': 0,
    'password, no role': 0,
    'password, every role, in an organization': 2,
    "password, Organization Roles by the names of the tenant's": 0,
    'password, every role, by another client': 0,
    'password, every role, no permission requested': 0,
  });
});

test('no fixture’s line is longer than the proof says', async () => {
  for (const audience of [
    { grant: 'requested' },
    { grant: 'requested', encoding: 'names' },
    { grant: 'requested', encoding: 'names', action: { scopes: 'strip' } },
    { grant: 'requested', token: { scope: 'openid orders:read billing/invoices:pay' } },
    { clients: { except: ['web'] } },
  ]) {
    const at = shop({ ...rules(audience), token: { issuer: 'https://acme.eu.auth0.com/' } });
    const { audiences } = JSON.parse((await at.claimgen('build --json')).out);
    const { logins } = JSON.parse((await at.claimgen('simulate --json')).out);
    const sizes = logins
      .filter((login: { audience: string | null }) => login.audience === 'orders')
      .map(({ lineBytes }: { lineBytes: number }) => lineBytes);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(audiences[0].proof.line);
  }
});

test('a user may name a client and scopes', async () => {
  const at = shop(rules({ grant: 'requested', clients: { except: ['partner'] } }));
  const login = async (more: object) => {
    const user = JSON.stringify({ id: 'auth0|1', roles: ['Clerk', 'Accountant'], ...more });
    const { exitCode, out } = await at.claimgen(`simulate --json --user '${user}'`);
    const printed = JSON.parse(out);
    return exitCode === 2 ? printed.problems[0].message : printed.logins[0].permissions;
  };
  expect(await login({})).toEqual(['billing/invoices:pay', 'orders:read']);
  expect(await login({ scopes: ['orders:read'] })).toEqual(['orders:read']);
  expect(await login({ client: 'partner' })).toEqual([]);
  expect(await login({ client: 7 })).toContain('"client" is not a client id');
});

test('explain says on what a permission depends', async () => {
  const at = shop(rules({ grant: 'requested', clients: { only: ['web', 'app'] } }));
  const { out } = await at.claimgen('explain orders:read');
  expect(out).toContain(
    '  only where the client requests the scope orders:read\n  only for the clients web, app\n',
  );
  const [explained] = JSON.parse((await at.claimgen('explain orders:read --json')).out).audiences;
  expect([explained.grant, explained.clients]).toEqual(['requested', { only: ['web', 'app'] }]);
  expect((await shop().claimgen('explain orders:read')).out).not.toMatch(/ {2}only /);
});
