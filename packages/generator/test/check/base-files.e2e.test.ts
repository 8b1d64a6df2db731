// Catalogs that a commit holds by reference: links, submodules, Git LFS; and those that it does not hold.
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../project-folder.ts';
import { type Repository, repository } from './repository.ts';

const API = 'https://orders.example';

function config(catalog: string, more = ''): Record<string, string> {
  return {
    'app/claimgen.config.yaml': `catalog: ${catalog}
claim: https://shop.example/permissions
audiences: { orders: { audience: ${API}, globs: ["orders:*"] } }
${more}`,
  };
}

/** An auth0-deploy-cli folder in which Clerk holds the permissions. */
function tenant(at: string, ...permissions: readonly string[]): Record<string, string> {
  return {
    [`${at}/resource-servers/Orders API.json`]: JSON.stringify({
      name: 'Orders API',
      identifier: API,
      scopes: ['orders:read', 'orders:write', 'orders:refund'].map((value) => ({ value })),
    }),
    [`${at}/roles/Clerk.json`]: clerk(...permissions),
  };
}

function clerk(...permissions: readonly string[]): string {
  return JSON.stringify({
    name: 'Clerk',
    permissions: permissions.map((name) => ({ permission_name: name, resource_server_identifier: API })),
  });
}

function link({ folder }: Repository, at: string, target: string): void {
  mkdirSync(join(folder.path, at, '..'), { recursive: true });
  rmSync(join(folder.path, at), { force: true });
  symlinkSync(target, join(folder.path, at));
}

/** What Clerk gains since the first commit. */
async function gained(repo: Repository): Promise<readonly string[] | undefined> {
  const { exitCode, changes } = await repo.check('main', 'app');
  expect(exitCode).toBe(0);
  const [orders] = changes.audiences;
  return orders?.roles.find(({ role }) => role === 'Clerk')?.gained ?? [];
}

/** Rewrites the catalog on a branch, builds and commits; what the base held must still be what is compared with. */
async function changed(repo: Repository, files: Readonly<Record<string, string>>): Promise<void> {
  repo.git('switch', '-qc', 'feature');
  repo.folder.write(files);
  await repo.commit('second', 'app');
}

describe('check --base follows links that the commit holds', () => {
  it.each([
    ['to a folder', (repo: Repository) => link(repo, 'app/tenant', '../auth0')],
    [
      'to a link to a folder',
      (repo: Repository) => {
        link(repo, 'app/tenant', '../links/tenant');
        link(repo, 'links/tenant', './again/');
        link(repo, 'links/again', '../app/../auth0/.');
      },
    ],
    ['by an absolute path', (repo: Repository) => link(repo, 'app/tenant', join(repo.folder.path, 'auth0'))],
    [
      'by a path that leaves the repository and comes back',
      (repo: Repository) => link(repo, 'app/tenant', `../../${repo.folder.path.split('/').at(-1)}/auth0`),
    ],
  ])('%s', async (_, make) => {
    const repo = repository({ ...config('./tenant'), ...tenant('auth0', 'orders:read') });
    make(repo);
    await repo.commit('first', 'app');
    expect(await gained(repo)).toEqual([]);
    await changed(repo, tenant('auth0', 'orders:read', 'orders:refund'));
    expect(await gained(repo)).toEqual(['orders:refund']);
  });

  it('to parts of a catalog, and to single files', async () => {
    const repo = repository({
      ...config('./tenant'),
      ...tenant('shared', 'orders:read'),
      ...tenant('app/tenant', 'orders:read'),
      'shared/Buyer.json': clerk('orders:write').replace('Clerk', 'Buyer'),
    });
    rmSync(join(repo.folder.path, 'app/tenant/resource-servers'), { recursive: true });
    link(repo, 'app/tenant/resource-servers', '../../shared/resource-servers');
    link(repo, 'app/tenant/roles/Clerk.json', '../../../shared/roles/Clerk.json');
    link(repo, 'app/tenant/roles/Buyer.json', '../../../shared/Buyer.json');
    await repo.commit('first', 'app');
    expect(await gained(repo)).toEqual([]);
    await changed(repo, { 'shared/roles/Clerk.json': clerk('orders:read', 'orders:refund') });
    expect(await gained(repo)).toEqual(['orders:refund']);
  });

  it('to a tenant.yaml, to a sample, and to the config itself', async () => {
    const repo = repository({
      'shared/tenant.yaml': `resourceServers:
  - { name: Orders, identifier: ${API}, scopes: [{ value: orders:read }, { value: orders:refund }] }
roles:
  - { name: Clerk, permissions: [{ permission_name: orders:read, resource_server_identifier: ${API} }] }
`,
      'shared/payload.json': '{"tenant":"acme"}',
      'shared/claimgen.config.yaml': config('./tenant.yaml', 'token: { sample: ./payload.json }\n')[
        'app/claimgen.config.yaml'
      ] as string,
    });
    for (const name of ['tenant.yaml', 'payload.json', 'claimgen.config.yaml'])
      link(repo, `app/${name}`, `../shared/${name}`);
    await repo.commit('first', 'app');
    expect(await gained(repo)).toEqual([]);
    const yaml = repo.folder.read('shared/tenant.yaml');
    await changed(repo, {
      'shared/tenant.yaml': yaml.replace(
        'permissions: [',
        `permissions: [{ permission_name: orders:refund, resource_server_identifier: ${API} }, `,
      ),
    });
    expect(await gained(repo)).toEqual(['orders:refund']);
  });

  it('in a circle no further than a file system would', async () => {
    const repo = repository({ ...config('./tenant'), ...tenant('app/tenant', 'orders:read') });
    link(repo, 'app/tenant/self', '.');
    link(repo, 'app/tenant/around', '../../app');
    link(repo, 'app/tenant/nowhere', './gone');
    link(repo, 'app/tenant/circle', './circle');
    await repo.commit('first', 'app');
    expect(await gained(repo)).toEqual([]);
  });

  it('and says of a link to nothing what a checkout would', async () => {
    const repo = repository({ ...config('./tenant'), ...tenant('app/tenant', 'orders:read') });
    await repo.commit('first', 'app');
    link(repo, 'app/tenant/roles/Buyer.json', '../gone.json');
    repo.git('add', '-A');
    repo.git('commit', '-qm', 'broken');
    repo.folder.remove('app/tenant/roles/Buyer.json');
    const { exitCode, error } = await repo.folder.claimgen('check --base main', { cwd: 'app' });
    expect(exitCode).toBe(2);
    expect(error).toContain("tenant/roles/Buyer.json: at main: the file can't be read: there is none");
  });
});

describe('check --base reads submodules at the commit that is recorded', () => {
  /** A repository whose catalog is a submodule, or a link into one. */
  async function withSubmodule(catalog: 'submodule' | 'link'): Promise<Repository> {
    const other = repository(tenant(catalog === 'link' ? 'tenants/acme' : '.', 'orders:read'));
    other.git('add', '-A');
    other.git('commit', '-qm', 'one');
    const repo = repository(config('./tenant'));
    const at = catalog === 'link' ? 'vendor' : 'app/tenant';
    repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other.folder.path, at);
    if (catalog === 'link') link(repo, 'app/tenant', '../vendor/tenants/acme');
    await repo.commit('first', 'app');
    return repo;
  }

  it.each([
    ['submodule' as const, 'app/tenant', ''],
    ['link' as const, 'vendor', 'tenants/acme/'],
  ])('as a %s', async (kind, at, below) => {
    const repo = await withSubmodule(kind);
    expect(await gained(repo)).toEqual([]);
    repo.git('switch', '-qc', 'feature');
    repo.folder.write({ [`${at}/${below}roles/Clerk.json`]: clerk('orders:read', 'orders:refund') });
    repo.gitIn(at, 'commit', '-qam', 'two');
    await repo.commit('second', 'app');
    expect(await gained(repo)).toEqual(['orders:refund']);
  });

  it('and says where one is not checked out', async () => {
    const repo = await withSubmodule('link');
    // The checkout has the catalog as plain files by now.
    repo.git('rm', '-q', '--cached', 'vendor');
    rmSync(join(repo.folder.path, 'vendor/.git'), { recursive: true });
    const { exitCode, error } = await repo.folder.claimgen('check --base main', { cwd: 'app' });
    expect(exitCode).toBe(2);
    expect(error).toMatchInlineSnapshot(`
      "at main: vendor is a submodule that is not checked out here
        Run git submodule update --init -- vendor (in GitHub Actions, actions/checkout with submodules: true).
      "
    `);
  });

  it('and says where its clone lacks the commit', async () => {
    const repo = await withSubmodule('submodule');
    const lost = 'b'.repeat(40);
    repo.git('update-index', '--cacheinfo', `160000,${lost},app/tenant`);
    repo.git('commit', '-qm', 'lost');
    const { exitCode, error } = await repo.folder.claimgen('check --base main', { cwd: 'app' });
    expect(exitCode).toBe(2);
    expect(error).toContain(`at main: the submodule app/tenant lacks the commit ${'b'.repeat(12)}`);
    expect(error).toContain(`git -C app/tenant fetch origin ${lost}`);
  });

  it('in a hook as well, whose variables are those of the repository around it', async () => {
    const repo = await withSubmodule('submodule');
    const before = process.env['GIT_DIR'];
    process.env['GIT_DIR'] = join(repo.folder.path, '.git');
    try {
      expect(await gained(repo)).toEqual([]);
    } finally {
      if (before === undefined) delete process.env['GIT_DIR'];
      else process.env['GIT_DIR'] = before;
    }
  });
});

describe('check --base takes what no commit holds as it is now, and says so', () => {
  it('outside of the repository', async () => {
    const outside = projectFolder(tenant('tenants', 'orders:read'));
    const repo = repository(config(join(outside.path, 'tenants')));
    await repo.commit('first', 'app');
    const { exitCode, changes } = await repo.check('main', 'app');
    expect(exitCode).toBe(0);
    expect(changes.notes).toHaveLength(1);
    expect(changes.notes[0]).toMatch(/tenants: not in git at main, so it was read as it is now/);
    const { out } = await repo.folder.claimgen('check --base main', { cwd: 'app' });
    expect(out).toContain('not in git at main');
  });

  it('behind a link that leads out, of the catalog or of a part of it', async () => {
    const outside = projectFolder(tenant('tenants', 'orders:read'));
    const repo = repository({ ...config('./tenant'), ...tenant('app/tenant', 'orders:read') });
    rmSync(join(repo.folder.path, 'app/tenant/roles'), { recursive: true });
    link(repo, 'app/tenant/roles', join(outside.path, 'tenants/roles'));
    await repo.commit('first', 'app');
    expect((await repo.check('main', 'app')).changes.notes[0]).toMatch(/^app\/tenant\/roles: not in git/);
    rmSync(join(repo.folder.path, 'app/tenant'), { recursive: true });
    link(repo, 'app/tenant', join(outside.path, 'tenants'));
    await repo.commit('second', 'app');
    expect((await repo.check('main', 'app')).changes.notes[0]).toMatch(/^app\/tenant: not in git/);
  });

  it('where git ignores it, as an export that CI makes', async () => {
    const repo = repository({
      ...config('./tenant'),
      ...tenant('app/tenant', 'orders:read'),
      '.gitignore': 'tenant\n',
    });
    await repo.commit('first', 'app');
    const { exitCode, changes } = await repo.check('main', 'app');
    expect(exitCode).toBe(0);
    expect(changes.notes).toEqual([
      'app/tenant: not in git at main, so it was read as it is now, and what changed in it is not shown',
    ]);
  });

  it('but not a lock that git ignores: layouts are then compared with none', async () => {
    const repo = repository({
      ...config('./tenant'),
      ...tenant('app/tenant', 'orders:read'),
      '.gitignore': 'claimgen.lock.json\nverifier\n',
    });
    await repo.commit('first', 'app');
    const { exitCode, changes } = await repo.check('main', 'app');
    expect([exitCode, changes.audiences[0]?.layout]).toEqual([0, 'new']);
    expect(changes.notes).toEqual(['main has no claimgen.lock.json: layouts are compared with none']);
  });
});

describe('check --base and Git LFS', () => {
  const catalogOf = (...permissions: readonly string[]) =>
    JSON.stringify({ permissions: ['orders:read', 'orders:refund'], roles: { Clerk: permissions } });

  /** What git keeps of a large file. */
  function pointerTo(content: string): string {
    const hash = createHash('sha256').update(content).digest('hex');
    return `version https://git-lfs.github.com/spec/v1\noid sha256:${hash}\nsize ${content.length}\n`;
  }

  /** Puts content where git-lfs keeps it in a clone. */
  function keep({ folder }: Repository, content: string, storage = '.git/lfs'): void {
    const hash = createHash('sha256').update(content).digest('hex');
    const at = join(folder.path, storage, 'objects', hash.slice(0, 2), hash.slice(2, 4));
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, hash), content);
  }

  /** The commit has a pointer, the checkout the content. */
  async function withPointer(content: string): Promise<Repository> {
    const repo = repository({ ...config('./catalog.json'), 'app/catalog.json': content });
    await repo.commit('built', 'app');
    repo.folder.write({ 'app/catalog.json': pointerTo(content) });
    repo.git('commit', '-qam', 'pointer');
    repo.folder.write({ 'app/catalog.json': content });
    return repo;
  }

  it.each([
    ['where git-lfs keeps it', undefined],
    ['in another storage', 'lfs-storage'],
  ])('reads the content that the clone has, %s', async (_, storage) => {
    const repo = await withPointer(catalogOf('orders:read'));
    if (storage !== undefined) repo.git('config', 'lfs.storage', join(repo.folder.path, storage));
    keep(repo, catalogOf('orders:read'), storage);
    repo.folder.write({ 'app/catalog.json': catalogOf('orders:read', 'orders:refund') });
    await repo.folder.claimgen('build', { cwd: 'app' });
    expect(await gained(repo)).toEqual(['orders:refund']);
  });

  it('says that the content is missing, and how to get it', async () => {
    const repo = await withPointer(catalogOf('orders:read'));
    const { exitCode, error } = await repo.folder.claimgen('check --base main', { cwd: 'app' });
    expect(exitCode).toBe(2);
    expect(error).toMatchInlineSnapshot(`
      "catalog.json: at main: the file is a pointer of Git LFS, and its content is not in this clone
        Run git lfs pull, or git lfs fetch --all for the files of an earlier commit (in GitHub Actions, actions/checkout with lfs: true).
      "
    `);
  });

  it('does not take content that is not what the pointer names', async () => {
    const repo = await withPointer(catalogOf('orders:read'));
    keep(repo, catalogOf('orders:read'));
    const hash = createHash('sha256').update(catalogOf('orders:read')).digest('hex');
    const at = join(repo.folder.path, '.git/lfs/objects', hash.slice(0, 2), hash.slice(2, 4), hash);
    writeFileSync(at, catalogOf('orders:refund'));
    expect((await repo.folder.claimgen('check --base main', { cwd: 'app' })).exitCode).toBe(2);
  });

  it('is named, too, where the checkout itself holds pointers', async () => {
    const folder = projectFolder({
      ...config('./catalog.json'),
      'app/catalog.json': pointerTo(catalogOf('orders:read')),
    });
    const { exitCode, error } = await folder.claimgen('check', { cwd: 'app' });
    expect(exitCode).toBe(2);
    expect(error).toContain('catalog.json: the file is a pointer of Git LFS');
  });
});
