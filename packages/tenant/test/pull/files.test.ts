import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { comparedCatalog, diffCatalogs } from '../../src/pull/catalog-diff.ts';
import { catalogFile } from '../../src/pull/catalog-file.ts';
import { deployFolder } from '../../src/pull/deploy-folder.ts';
import { openJournal } from '../../src/pull/journal.ts';
import { pull } from '../../src/pull/pull.ts';
import type { TenantExport } from '../../src/pull/tenant-export.ts';
import { writeWhole } from '../../src/pull/write-file.ts';
import { startStandIn } from '../stand-in.ts';
import { tenantOf } from '../tenants.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'claimgen-pull-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

const small: TenantExport = {
  apis: [
    {
      identifier: 'https://orders/',
      name: 'Orders',
      scopes: [{ value: 'read', description: 'Read' }, { value: 'write' }],
      enforce_policies: true,
      token_lifetime: 3_600,
    },
  ],
  roles: [
    {
      name: 'Clerk',
      permissions: [{ permission_name: 'read', resource_server_identifier: 'https://orders/' }],
    },
    { name: '__proto__', permissions: [] },
  ],
  clientGrants: [
    { client_id: 'batch', audience: 'https://orders/', scope: ['read'] },
    { client_id: 'all', audience: 'https://orders/', scope: [], allow_all_scopes: true },
    { client_id: 'users', audience: 'https://orders/', scope: ['write'], subject_type: 'user' },
  ],
  notes: [],
};

describe('catalog.json', () => {
  it('has permissions, roles, APIs and grants to machines', () => {
    const written = JSON.parse([...catalogFile(small)].join(''));
    expect(Object.entries(written.roles)).toEqual([
      ['Clerk', [{ name: 'read', audience: 'https://orders/' }]],
      ['__proto__', []],
    ]);
    expect({ ...written, roles: undefined }).toEqual({
      permissions: [
        { name: 'read', audience: 'https://orders/', description: 'Read' },
        { name: 'write', audience: 'https://orders/' },
      ],
      roles: undefined,
      apis: [
        {
          identifier: 'https://orders/',
          name: 'Orders',
          enforcePolicies: true,
          encrypted: false,
          tokenLifetime: 3_600,
        },
      ],
      clientGrants: [
        { client: 'batch', audience: 'https://orders/', scopes: ['read'] },
        { client: 'all', audience: 'https://orders/', scopes: 'all' },
      ],
    });
  });

  it('is the same text for the same tenant, and JSON for an empty one', async () => {
    const standIn = await startStandIn({
      tenant: tenantOf({ apis: 3, scopes: 3, roles: 4, permissions: 2 }),
    });
    const tenant = await standIn.open();
    const [first, second] = [await pull(tenant), await pull(tenant)].map((found) =>
      [...catalogFile(found)].join(''),
    );
    expect(first).toBe(second);
    expect(
      JSON.parse([...catalogFile({ apis: [], roles: [], clientGrants: [], notes: [] })].join('')),
    ).toEqual({ permissions: [], roles: {}, apis: [], clientGrants: [] });
  });
});

describe('the folder of auth0-deploy-cli', () => {
  it('has a file for each, also where names are the same to a file system', () => {
    const api = (name: string) => ({ identifier: name, name, scopes: [] });
    const files = [
      ...deployFolder({
        ...small,
        apis: ['a/b', 'a:b', 'A/B', '..', 'con', 'x'.repeat(300), ''].map(api),
        clientGrants: [],
      }),
    ];
    const paths = files.map(({ path }) => path.toLowerCase());
    expect(new Set(paths).size).toBe(files.length);
    for (const path of paths)
      expect(path).toMatch(/^(?:resource-servers|roles)\/(?!\.\.)[^/\\:]{1,210}\.json$/u);
  });
});

describe('the difference of two catalogs', () => {
  it('is empty for a tenant and itself', () => {
    expect(diffCatalogs(comparedCatalog(small), comparedCatalog(small))).toEqual([]);
  });

  it('tells what came, what went and what changed', () => {
    const [api] = small.apis;
    if (api === undefined) throw new Error('no API');
    const after: TenantExport = {
      ...small,
      apis: [
        { ...api, token_lifetime: 60, scopes: [{ value: 'read' }, { value: 'audit' }] },
        { identifier: 'https://new/', name: 'New', scopes: [] },
      ],
      roles: [
        {
          name: 'Clerk',
          permissions: [{ permission_name: 'audit', resource_server_identifier: 'https://orders/' }],
        },
        { name: 'Auditor', permissions: [] },
      ],
      clientGrants: [{ client_id: 'batch', audience: 'https://orders/', scope: ['audit'] }],
    };
    const audience = 'https://orders/';
    expect(diffCatalogs(comparedCatalog(small), comparedCatalog(after))).toEqual([
      { kind: 'api', change: 'added', api: 'https://new/' },
      { kind: 'api-setting', api: audience, setting: 'tokenLifetime', before: '3600', after: '60' },
      { kind: 'permission', change: 'added', permission: { name: 'audit', audience } },
      { kind: 'permission', change: 'removed', permission: { name: 'write', audience } },
      { kind: 'role', change: 'added', role: 'Auditor' },
      { kind: 'role', change: 'removed', role: '__proto__' },
      {
        kind: 'role-permissions',
        role: 'Clerk',
        gained: [{ name: 'audit', audience }],
        lost: [{ name: 'read', audience }],
      },
      { kind: 'grant', change: 'removed', client: 'all', audience },
      { kind: 'grant-scopes', client: 'batch', audience, gained: ['audit'], lost: ['read'] },
    ]);
  });
});

describe('files', () => {
  it('are written whole or not at all', async () => {
    const path = join(folder(), 'catalog.json');
    writeFileSync(path, 'before');
    function* broken(): Generator<string> {
      yield 'after';
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    }
    await expect(writeWhole(path, broken())).rejects.toMatchObject({
      code: 'file_unwritable',
      exitCode: 2,
      message: expect.stringContaining('ENOSPC'),
    });
    expect(readFileSync(path, 'utf8')).toBe('before');
    expect(readdirSync(join(path, '..'))).toEqual(['catalog.json']);
    await writeWhole(path, ['af', 'ter']);
    expect(readFileSync(path, 'utf8')).toBe('after');
  });

  it('in a folder that is not there end with an error', async () => {
    const path = join(folder(), 'missing', 'catalog.json');
    await expect(writeWhole(path, ['x'])).rejects.toMatchObject({
      code: 'file_unwritable',
      message: expect.stringContaining('ENOENT'),
    });
  });
});

describe('the journal', () => {
  const size = { apis: 1, scopes: 500, roles: 6, permissions: 500 };

  it('lets a pull that was cut off go on, and what changed since is read again', async () => {
    const standIn = await startStandIn({ tenant: tenantOf(size), pageCap: 50, speed: 1_000 });
    const journal = openJournal(join(folder(), 'journal'), standIn.domain, standIn.clock.now);
    const tenant = await standIn.open();
    standIn.api.fail([{ on: 'GET /api/v2/roles/rol_4', status: 403, after: 5 }]);
    await expect(pull(tenant, { journal })).rejects.toMatchObject({ code: 'scope_missing' });
    const role = standIn.api.tenant.roles.get('rol_0');
    if (role === undefined) throw new Error('no role');
    standIn.api.tenant.roles.set(role.id, { ...role, permissions: role.permissions.slice(0, 499) });
    const before = standIn.requests.length;
    const found = await pull(await standIn.open(), { journal });
    expect(found.roles.map(({ permissions }) => permissions.length)).toEqual([499, 500, 500, 500, 500, 500]);
    // At least two of the six roles are not read again, but for their first page.
    expect(standIn.requests.length - before).toBeLessThan(66 - 2 * 9);
  });

  it.each([
    ['of another tenant', (text: string) => text.replace('"domain":"', '"domain":"other.')],
    ['that is too old', (text: string) => text.replace(/"begun":\d+/u, '"begun":0')],
    ['that is broken', () => 'not JSON\n[["x"]]\n'],
    ['whose last line is cut off', (text: string) => text.slice(0, -20)],
  ])('%s gives nothing wrong', async (_, change) => {
    const standIn = await startStandIn({ tenant: tenantOf({ ...size, roles: 2 }), speed: 1_000 });
    const file = join(folder(), 'journal');
    const tenant = await standIn.open();
    const found = await pull(tenant, { journal: openJournal(file, standIn.domain, standIn.clock.now) });
    writeFileSync(file, change(readFileSync(file, 'utf8')));
    expect(await pull(tenant, { journal: openJournal(file, standIn.domain, standIn.clock.now) })).toEqual(
      found,
    );
  });

  it.each([
    ['that cannot be written', (path: string) => join(path, 'missing', 'journal'), undefined],
    ['that is a file of somebody else', (path: string) => join(path, 'notes.txt'), 'mine\n'],
  ])('%s stops nothing and stays as it is', async (_, place, content) => {
    const standIn = await startStandIn({ tenant: tenantOf({ ...size, roles: 1 }), speed: 1_000 });
    const path = folder();
    const file = place(path);
    if (content !== undefined) writeFileSync(file, content);
    const journal = openJournal(file, standIn.domain, standIn.clock.now);
    expect((await pull(await standIn.open(), { journal })).roles).toHaveLength(1);
    await journal.discard();
    expect(readdirSync(path).map((name) => readFileSync(join(path, name), 'utf8'))).toEqual(
      content === undefined ? [] : [content],
    );
  });
});
