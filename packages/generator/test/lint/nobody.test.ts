// A build that grants nothing to anybody is an outage that every size proof passes.
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../project-folder.ts';

const ORDERS = 'https://orders.example';
const BILLING = 'https://billing.example';

const api = (identifier: string, ...values: readonly string[]): string =>
  JSON.stringify({ name: identifier, identifier, scopes: values.map((value) => ({ value })) });

const role = (name: string, ...granted: readonly (readonly [string, string])[]): string =>
  JSON.stringify({
    name,
    permissions: granted.map(([permission_name, resource_server_identifier]) => ({
      permission_name,
      resource_server_identifier,
    })),
  });

const audiences = {
  orders: { audience: ORDERS, globs: ['*'] },
  billing: { audience: BILLING, globs: ['*'] },
};

function project(roles: readonly string[], more: object = {}, files: Readonly<Record<string, string>> = {}) {
  return projectFolder({
    'claimgen.config.json': JSON.stringify({ catalog: 'tenant', claim: 'pz', audiences, ...more }, null, 2),
    'tenant/resource-servers/orders.json': api(ORDERS, 'orders:read'),
    'tenant/resource-servers/billing.json': api(BILLING, 'invoices:pay'),
    ...Object.fromEntries(roles.map((text, index) => [`tenant/roles/${index}.json`, text])),
    ...files,
  });
}

const both = role('Clerk', ['orders:read', ORDERS], ['invoices:pay', BILLING]);
const LIST = { event: 'user.app_metadata.permissions' };

describe('a tenant where nobody would get anything', () => {
  it.each([
    ['has no roles at all', [], /the catalog holds no role/],
    ['has roles that grant nothing', [role('Clerk')], /none of the catalog's 1 roles? grants any/],
    [
      'has roles that grant what the API lacks',
      [role('Clerk', ['orders:raed', ORDERS], ['invoices', BILLING])],
      /none of the catalog's 1 roles? grants any/,
    ],
    [
      'has roles that grant permissions of APIs that are no audience',
      [role('Clerk', ['read:users', 'https://acme.eu.auth0.com/api/v2/'])],
      /none of the catalog's 1 roles? grants any/,
    ],
  ])(
    'is refused by every command that builds, and nothing is written: it %s',
    async (_title, roles, message) => {
      const folder = project(roles);
      for (const command of ['build', 'check', 'build --allow-over-budget', 'simulate']) {
        const { exitCode, error, out } = await folder.claimgen(command);
        expect([exitCode, out]).toEqual([2, '']);
        expect(error).toMatch(message);
        expect(error).toMatch(
          /claimgen\.config\.json:\d+:\d+: audiences\.orders: nobody would get a permission of orders/,
        );
        expect(error).toContain('audiences.billing: nobody would get a permission of billing');
        expect(error).toContain('allowNobody: true');
      }
      expect([...folder.snapshot().keys()].filter((path) => path.startsWith('claimgen/'))).toEqual([]);
    },
  );

  it('is a warning where the export says that the tenant has no roles, and an error where it says nothing', async () => {
    const tenant = (roles: string) => ({
      'claimgen.config.json': JSON.stringify({
        catalog: 'tenant.yaml',
        claim: 'pz',
        audiences: { orders: audiences.orders },
      }),
      'tenant.yaml': `resourceServers:\n  - ${api(ORDERS, 'orders:read')}\n${roles}`,
    });
    const stated = await projectFolder(tenant('roles: []\n')).claimgen('build');
    expect([stated.exitCode, stated.out]).toEqual([
      0,
      expect.stringMatching(
        /warning grants_nothing: audiences.orders: nobody would get a permission of\s+orders/,
      ),
    ]);
    for (const roles of ['', 'roles:\n', 'roles: null\n', `roles:\n  - ${role('Clerk')}\n`])
      expect((await projectFolder(tenant(roles)).claimgen('build')).exitCode).toBe(2);
  });

  it('is refused where nobody gets anything of one audience while others do', async () => {
    const { exitCode, out } = await project([role('Clerk', ['orders:read', ORDERS])]).claimgen(
      'check --json',
    );
    const { problems } = JSON.parse(out);
    expect(exitCode).toBe(2);
    expect(problems.map(({ code, path }: { code: string; path: string }) => [code, path])).toEqual([
      ['grants_nothing', 'audiences.billing'],
    ]);
  });

  it('is taken where the config says that it is meant', async () => {
    const config = { audiences: { ...audiences, billing: { ...audiences.billing, allowNobody: true } } };
    const folder = project([role('Clerk', ['orders:read', ORDERS])], config);
    expect((await folder.claimgen('build')).exitCode).toBe(0);
    expect((await folder.claimgen('simulate')).exitCode).toBe(0);
  });

  it.each([
    ['a list in the event', [LIST]],
    ['the Management API', [{ managementApi: { domain: 'acme.eu.auth0.com' } }]],
    ['roles and a list', ['roles', LIST]],
  ])('is not known from the catalog where the source is %s', async (_title, source) => {
    const folder = project([], { action: { source } });
    expect((await folder.claimgen('build')).exitCode).toBe(0);
    const { exitCode } = await folder.claimgen('simulate --flow password');
    expect(exitCode).toBe(0);
  });

  it('is looked for in the environment that is built', async () => {
    const folder = project(
      [both],
      { environments: { prod: { catalog: 'prod' }, test: { catalog: 'test' } } },
      {
        'prod/resource-servers/orders.json': api(ORDERS, 'orders:read'),
        'prod/resource-servers/billing.json': api(BILLING, 'invoices:pay'),
        'test/resource-servers/orders.json': api(ORDERS, 'orders:read'),
        'test/roles/clerk.json': role('Clerk', ['orders:read', ORDERS]),
      },
    );
    expect((await folder.claimgen('build')).exitCode).toBe(0);
    expect((await folder.claimgen('build --env prod')).error).toContain('the catalog holds no role');
    // Whatever the source is, what is not in the catalog is granted to nobody.
    folder.write({
      'claimgen.config.json': folder
        .read('claimgen.config.json')
        .replace('"claim"', `"action": { "source": [${JSON.stringify(LIST)}] }, "claim"`),
    });
    const { exitCode, error } = await folder.claimgen('build --env test');
    expect(exitCode).toBe(2);
    expect(error).toContain("billing: this environment's catalog has none of the permissions");
    expect(error).not.toContain('audiences.orders');
  });
});
