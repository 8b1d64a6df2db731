import { describe, expect, test } from 'vitest';
import { projectFolder } from '../project-folder.ts';

const api = {
  name: 'Orders API',
  identifier: 'https://orders.example',
  enforce_policies: true,
  token_dialect: 'access_token',
  scopes: [{ value: 'orders:read' }, { value: 'orders:write' }],
};
/** A role that grants a permission of each of these APIs. */
const grants = (permission_name: string, ...apis: readonly string[]): object => ({
  name: 'Clerk',
  permissions: apis.map((resource_server_identifier) => ({ permission_name, resource_server_identifier })),
});
const role = grants('orders:read', 'https://orders.example');
const config = {
  catalog: 'tenant',
  claim: 'https://acme.example/permissions',
  audiences: { orders: { audience: 'https://orders.example', globs: ['*'] } },
};

interface Tenant {
  readonly config?: object;
  readonly apis?: readonly object[];
  readonly roles?: readonly object[];
}

interface Found {
  readonly exitCode: number;
  readonly lints: readonly { readonly code: string; readonly severity: string }[];
  readonly problems: readonly { readonly code: string }[];
}

/** What `claimgen build --json` says of a tenant that differs from the plain one. */
async function built(tenant: Tenant): Promise<Found> {
  const files = (folder: string, entries: readonly object[]): Record<string, string> =>
    Object.fromEntries(
      entries.map((entry, index) => [`tenant/${folder}/${index}.json`, JSON.stringify(entry)]),
    );
  const project = projectFolder({
    'claimgen.config.json': JSON.stringify({ ...config, ...tenant.config }, null, 2),
    ...files('resource-servers', tenant.apis ?? [api]),
    ...files('roles', tenant.roles ?? [role]),
  });
  const { exitCode, out } = await project.claimgen('build --json --allow-over-budget');
  const { lints = [], problems = [] } = JSON.parse(out);
  if (exitCode === 2)
    expect([...project.snapshot().keys()].filter((path) => path.includes('claimgen/'))).toEqual([]);
  return { exitCode, lints, problems };
}

test('a tenant as it should be has no lint', async () => {
  for (const signing_alg of [undefined, 'RS256', 'RS512'])
    expect((await built({ apis: [{ ...api, signing_alg, token_encryption: null }] })).lints).toEqual([]);
  expect(await built({})).toEqual({ exitCode: 0, lints: [], problems: [] });
});

/** `count` different names. */
const many = (count: number, name: string): string[] =>
  Array.from({ length: count }, (_, index) => `${name}:${index}`);

describe('warnings', () => {
  test.each<[string, Tenant]>([
    ['RBAC off', { apis: [{ ...api, enforce_policies: false }] }],
    ["Auth0's own permissions claim", { apis: [{ ...api, token_dialect: 'access_token_authz' }] }],
    [
      'the same under RFC 9068, proven for it',
      {
        apis: [{ ...api, token_dialect: 'rfc9068_profile_authz' }],
        config: { token: { profile: 'rfc9068' } },
      },
    ],
    ['a profile that is shorter than the one proven for', { config: { token: { profile: 'rfc9068' } } }],
    ['a shared secret', { config: { token: { algorithm: 'HS256' } } }],
    ['a shared secret in the tenant', { apis: [{ ...api, signing_alg: 'HS256' }] }],
    ['tokens signed otherwise than the config says', { apis: [{ ...api, signing_alg: 'PS256' }] }],
    [
      'an API that the catalog lacks',
      {
        config: {
          audiences: {
            ...config.audiences,
            old: { audience: 'https://order.example', from: { 'https://orders.example': 'o/' } },
          },
        },
      },
    ],
    [
      "one of Auth0's own APIs",
      {
        apis: [{ ...api, identifier: 'https://acme.eu.auth0.com/api/v2/' }],
        roles: [grants('orders:read', 'https://acme.eu.auth0.com/api/v2/')],
        config: { audiences: { mgmt: { audience: 'https://acme.eu.auth0.com/api/v2/', globs: ['*'] } } },
      },
    ],
    [
      'one name for two exports',
      {
        apis: [api, { ...api, identifier: 'https://eu.example' }],
        roles: [grants('orders:read', 'https://orders.example', 'https://eu.example')],
        config: {
          audiences: {
            'orders-eu': { audience: 'https://eu.example', globs: ['*'] },
            'orders.eu': { audience: 'https://orders.example', globs: ['*'] },
          },
        },
      },
    ],
    [
      'more scopes than an API may have',
      { apis: [{ ...api, scopes: [...api.scopes, ...many(999, 'x').map((value) => ({ value }))] }] },
    ],
    [
      'more permissions than a role may have',
      {
        apis: [
          { ...api, scopes: [...api.scopes, ...many(600, 'x').map((value) => ({ value }))] },
          { ...api, identifier: 'https://two.example', scopes: many(600, 'y').map((value) => ({ value })) },
        ],
        roles: [
          {
            name: 'Everything "at once"',
            permissions: [
              ...many(600, 'x').map((name) => ({
                permission_name: name,
                resource_server_identifier: 'https://orders.example',
              })),
              ...many(600, 'y').map((name) => ({
                permission_name: name,
                resource_server_identifier: 'https://two.example',
              })),
            ],
          },
        ],
      },
    ],
    [
      'more roles than a tenant may have',
      { roles: [role, ...many(1_000, 'Role').map((name) => ({ name, permissions: [] }))] },
    ],
  ])('%s', async (_title, tenant) => {
    const found = await built(tenant);
    expect([found.exitCode, found.problems]).toEqual([0, []]);
    expect(found.lints).toMatchSnapshot();
    expect(found.lints).toHaveLength(1);
    expect(found.lints[0]?.severity).toBe('warning');
  });

  test('an API whose permissions are taken, and that has another identifier in an environment', async () => {
    const orders = 'https://orders.example';
    const catalog = (billing: string, apis: readonly string[]) => {
      const permissions = [orders, billing].map((audience) => ({ name: 'read', audience }));
      return JSON.stringify({
        permissions,
        roles: { Clerk: permissions },
        apis: apis.map((identifier) => ({ identifier })),
      });
    };
    const audience = { audience: orders, globs: ['*'], from: { 'https://billing.dev': 'billing/' } };
    const project = projectFolder({
      'claimgen.config.json': JSON.stringify({
        ...config,
        catalog: 'dev.json',
        audiences: { orders: audience },
        environments: { prod: { catalog: 'prod.json' }, test: { catalog: 'test.json' } },
      }),
      'dev.json': catalog('https://billing.dev', []),
      'test.json': catalog('https://billing.test', []),
      'prod.json': catalog('https://billing.example', [orders, 'https://billing.example']),
    });
    const lintsOf = async (args: string) =>
      JSON.parse((await project.claimgen(`build --json ${args}`)).out).lints;
    expect(await lintsOf('')).toEqual([]);
    expect(await lintsOf('--env prod')).toMatchSnapshot();
    expect(await lintsOf('--env test')).toEqual(await lintsOf('--env prod'));
  });

  test('names that auth0-deploy-cli replaces in other files', async () => {
    const project = projectFolder({
      'claimgen.config.json': JSON.stringify({ ...config, catalog: 'catalog.json' }),
      'catalog.json': JSON.stringify({
        permissions: ['orders:##ENV##', 'orders:@@LIST@@', 'orders:##', '##a b##', 'x@@y'].map((name) =>
          name.replace(' ', '.'),
        ),
        roles: { '##ENV## Clerk': [], plain: ['orders:##'] },
      }),
    });
    expect(JSON.parse((await project.claimgen('build --json')).out).lints).toMatchSnapshot();
  });
});

describe('errors', () => {
  test.each<[string, Tenant]>([
    [
      'a profile that is longer than the one proven for',
      { apis: [{ ...api, token_dialect: 'rfc9068_profile' }] },
    ],
    [
      'signatures that are longer than proven',
      { apis: [{ ...api, signing_alg: 'RS256' }], config: { token: { algorithm: 'HS256' } } },
    ],
    [
      'tokens that are encrypted',
      { apis: [{ ...api, token_encryption: { format: 'compact-nested-jwe', encryption_key: {} } }] },
    ],
    ['an Action that auth0-deploy-cli would lose', { config: { action: { name: '##ACTION##' } } }],
    ['an Action named as a device', { config: { action: { name: 'Aux.permissions' } } }],
    ['an Action whose files have too long a name', { config: { action: { name: 'é'.repeat(101) } } }],
    [
      'an audience whose files Node reads',
      { config: { audiences: { Package: { audience: 'https://orders.example', globs: ['*'] } } } },
    ],
    [
      "a claim without a namespace for an API of Auth0's own",
      {
        apis: [{ ...api, identifier: 'https://acme.eu.auth0.com/me/' }],
        roles: [grants('orders:read', 'https://acme.eu.auth0.com/me/')],
        config: {
          claim: 'pz',
          audiences: { me: { audience: 'https://acme.eu.auth0.com/me/', globs: ['*'] } },
        },
      },
    ],
    [
      'a claim that fails the login',
      {
        apis: [{ ...api, scopes: many(1_000, 'x'.repeat(200)).map((value) => ({ value })) }],
        roles: [grants(`${'x'.repeat(200)}:0`, 'https://orders.example')],
        config: {
          budget: { bytes: 1_000_000 },
          audiences: { orders: { audience: 'https://orders.example', globs: ['*'], encoding: 'names' } },
        },
      },
    ],
    [
      'more Actions than a trigger binds',
      {
        apis: many(21, 'https').map((name) => ({ ...api, identifier: name })),
        roles: [grants('orders:read', ...many(21, 'https'))],
        config: {
          action: { split: 'audience' },
          audiences: Object.fromEntries(
            many(21, 'https').map((name, index) => [`a${index}`, { audience: name, globs: ['*'] }]),
          ),
        },
      },
    ],
    [
      'more secrets than an Action may have',
      {
        apis: many(16, 'https').map((name) => ({ ...api, identifier: name })),
        roles: [],
        config: {
          audiences: Object.fromEntries(
            many(16, 'https').map((name, index) => {
              const secrets = { clientIdSecret: `ID_${index}`, clientSecretSecret: `SECRET_${index}` };
              const source = [{ managementApi: { domain: 'acme.eu.auth0.com', ...secrets } }];
              return [`a${index}`, { audience: name, globs: ['*'], action: { source } }];
            }),
          ),
        },
      },
    ],
  ])('%s', async (_title, tenant) => {
    const found = await built(tenant);
    expect(found.exitCode).toBe(2);
    expect(found.problems).toMatchSnapshot();
    expect(found.problems).toHaveLength(1);
  });
});

test('warnings are in the terminal of build and check and in every report, and stop neither', async () => {
  const project = projectFolder({
    'claimgen.config.json': JSON.stringify(config),
    'tenant/resource-servers/orders.json': JSON.stringify({ ...api, enforce_policies: false }),
    'tenant/roles/clerk.json': JSON.stringify(role),
  });
  const build = await project.claimgen('build');
  const check = await project.claimgen('check');
  const line =
    'warning rbac_off: audiences.orders: RBAC is off for https://orders.example: Auth0 writes every scope';
  expect([build.exitCode, check.exitCode]).toEqual([0, 0]);
  // Lines are as long as the terminal likes.
  expect(build.out.replace(/\s+/g, ' ')).toContain(line);
  expect(check.out.replace(/\s+/g, ' ')).toContain(line);
  for (const report of ['report.json', 'report.md', 'report.html']) {
    expect(project.read(`claimgen/${report}`)).toContain('rbac_off');
  }
});

test('what holds for several APIs is told once, and every API of it is in the JSON', async () => {
  const apis = ['https://orders.example', 'https://orders.example/eu', 'billing'];
  const project = projectFolder({
    'claimgen.config.json': JSON.stringify({
      ...config,
      audiences: Object.fromEntries(
        apis.map((audience, index) => [`api${index}`, { audience, globs: ['*'] }]),
      ),
    }),
    ...Object.fromEntries(
      apis.map((identifier, index) => [
        `tenant/resource-servers/${index}.json`,
        JSON.stringify({ ...api, identifier, token_dialect: 'access_token_authz', enforce_policies: true }),
      ]),
    ),
    'tenant/roles/clerk.json': JSON.stringify(grants('orders:read', ...apis)),
  });
  await project.claimgen('build');
  const { out } = await project.claimgen('check');
  expect(out.match(/warning stock_permissions_claim/g)).toHaveLength(1);
  expect(out).toContain('\n  The same for api1, api2.\n  Set token_dialect of the API to access_token');
  const { lints } = JSON.parse((await project.claimgen('check --json')).out);
  expect(lints.map(({ where }: { where: string }) => where)).toEqual(
    apis.map((_, index) => `audiences.api${index}`),
  );
});

test('lints that differ in more than the API are told each', async () => {
  const apis = ['orders', 'billing'];
  const project = projectFolder({
    'claimgen.config.json': JSON.stringify({
      ...config,
      token: { profile: 'rfc9068' },
      audiences: Object.fromEntries(apis.map((audience) => [audience, { audience, globs: ['*'] }])),
    }),
    ...Object.fromEntries(
      apis.map((identifier, index) => [
        `tenant/resource-servers/${index}.json`,
        JSON.stringify({
          ...api,
          identifier,
          token_dialect: index === 0 ? 'access_token_authz' : 'rfc9068_profile_authz',
        }),
      ]),
    ),
    'tenant/roles/clerk.json': JSON.stringify(grants('orders:read', ...apis)),
  });
  const { out } = await project.claimgen('build');
  expect(out.match(/warning stock_permissions_claim/g)).toHaveLength(2);
});

test('an error says where in the config, as a person reads it', async () => {
  const project = projectFolder({
    'claimgen.config.json': JSON.stringify({ ...config, action: { name: 'CON' } }),
    'tenant/resource-servers/orders.json': JSON.stringify(api),
    'tenant/roles/clerk.json': JSON.stringify(role),
  });
  expect(await project.claimgen('check')).toMatchInlineSnapshot(`
    {
      "error": "claimgen.config.json:1:156: action.name: Windows keeps the name CON for a device, and files are named after it
      Choose another name.
    ",
      "exitCode": 2,
      "out": "",
    }
  `);
});
