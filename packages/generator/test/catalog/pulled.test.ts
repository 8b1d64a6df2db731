// A catalog.json as `claimgen pull` writes it: with the tenant's APIs, and what machines may request of them.
import { describe, expect, it } from 'vitest';
import { CATALOG, CONFIG, refusal } from '../bad-input/refusal.ts';
import { reportOf } from '../fixture.ts';
import { projectFolder } from '../project-folder.ts';

const ORDERS = 'https://orders.acme.example';
const PERMISSIONS = ['orders:read', 'orders:write'].map((name) => ({ name, audience: ORDERS }));
const API = {
  identifier: ORDERS,
  name: 'Orders',
  enforcePolicies: true,
  tokenDialect: 'access_token_authz',
  signingAlgorithm: 'RS256',
  encrypted: false,
  tokenLifetime: 86_400,
  tokenLifetimeForWeb: 7_200,
};

function pulled(more: object): string {
  return JSON.stringify({
    permissions: PERMISSIONS,
    roles: { Clerk: PERMISSIONS.slice(0, 1) },
    apis: [API],
    clientGrants: [],
    ...more,
  });
}

async function built(clientGrants: readonly object[]): Promise<ReturnType<typeof reportOf>> {
  const project = projectFolder({ 'claimgen.config.yaml': CONFIG, 'catalog.json': pulled({ clientGrants }) });
  const { exitCode, error } = await project.claimgen('build');
  expect([exitCode, error]).toEqual([0, '']);
  return reportOf(project);
}

describe('a catalog.json of a tenant', () => {
  it('is built from, and its APIs decide how tokens look', async () => {
    const { lints } = await built([]);
    expect(lints.map(({ code }) => code)).toContain('stock_permissions_claim');
  });

  it('has grants to machines, which are sized, with every scope where it says "all"', async () => {
    const { audiences } = await built([
      { client: 'batch', audience: ORDERS, scopes: ['orders:read'] },
      { client: 'any third-party client', audience: ORDERS, scopes: 'all' },
      { client: 'batch', audience: 'https://billing.acme.example', scopes: ['orders:read'] },
    ]);
    expect(audiences[0]?.grants.map(({ client, scopes }) => [client, scopes])).toEqual([
      ['any third-party client', 2],
      ['batch', 1],
    ]);
  });

  it.each([
    ['apis', {}],
    ['apis', [null]],
    ['apis', [{ name: 'Orders' }]],
    ['apis', [{ ...API, identifier: 7 }]],
    ['apis', [{ ...API, tokenLifetime: '86400' }]],
    ['apis', [{ ...API, signingAlg: 'RS256' }]],
    ['apis', [{ ...API, signingAlgorithm: 'none' }]],
    ['apis', [{ ...API, encrypted: 'yes' }]],
    ['apis', [{ ...API, __proto__x: 1 }]],
    ['apis', [{ ...API, tokenDialect: 'opaque' }]],
    ['apis', [API, API]],
    ['apis', [{ ...API, identifier: `${ORDERS} ` }]],
    ['clientGrants', {}],
    ['clientGrants', [{ client: 'batch', audience: `${ORDERS}\n`, scopes: [] }]],
    ['clientGrants', ['batch']],
    ['clientGrants', [{ client: 'batch' }]],
    ['clientGrants', [{ client: 'batch', audience: ORDERS }]],
    ['clientGrants', [{ client: 'batch', audience: ORDERS, scopes: 'orders:read' }]],
    ['clientGrants', [{ client: 'batch', audience: ORDERS, scopes: [7] }]],
    ['clientGrants', [{ client: 'batch', audience: ORDERS, scopes: [], subjectType: 'user' }]],
  ])('is refused where "%s" is %j', async (key, value) => {
    const error = await refusal({ 'catalog.json': pulled({ [key]: value }) });
    expect(error).toContain(`catalog.json:1:`);
    expect(error).toContain(key);
  });

  it('may have an API of a dialect that is unknown, where the config does not name it', async () => {
    const apis = [API, { identifier: 'https://other.example', tokenDialect: 'opaque' }];
    const project = projectFolder({ 'claimgen.config.yaml': CONFIG, 'catalog.json': pulled({ apis }) });
    expect(await project.claimgen('build')).toMatchObject({ exitCode: 0, error: '' });
  });

  it('may have a role with a space at the end, as the tenant has it', async () => {
    const catalog = pulled({ roles: { 'Clerk ': PERMISSIONS } });
    const project = projectFolder({ 'claimgen.config.yaml': CONFIG, 'catalog.json': catalog });
    expect(await project.claimgen('build')).toMatchObject({ exitCode: 0 });
  });

  it('needs neither of both', async () => {
    const project = projectFolder({ 'claimgen.config.yaml': CONFIG, 'catalog.json': CATALOG });
    expect(await project.claimgen('build')).toMatchObject({ exitCode: 0 });
  });
});
