import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AudienceChange } from '../../src/check/config-change.ts';
import { type ProjectFolder, projectFolder } from '../project-folder.ts';

const CONFIG = `catalog: ../tenant/catalog.json
claim: https://acme.example/permissions
audiences:
  orders: { audience: https://orders.example, globs: ["orders:*"] }
`;

function catalogOf(...permissions: readonly string[]): string {
  return JSON.stringify({ permissions, roles: { All: permissions } });
}

/** A config in a folder of a repository whose catalog lies outside that folder. */
function repository(): { readonly folder: ProjectFolder; git(...args: string[]): string } {
  const folder = projectFolder({
    'auth/claimgen.config.yaml': CONFIG,
    'tenant/catalog.json': catalogOf('orders:read', 'orders:write'),
    'unrelated.txt': 'x',
  });
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: folder.path,
      encoding: 'utf8',
    });
  git('init', '-q', '-b', 'main');
  return { folder, git };
}

async function commitBuild({ folder, git }: ReturnType<typeof repository>, message: string): Promise<void> {
  expect((await folder.claimgen('build', { cwd: 'auth' })).exitCode).toBe(0);
  git('add', '.');
  git('commit', '-qm', message);
}

async function changesOf(folder: ProjectFolder, base = 'main') {
  const { out, exitCode } = await folder.claimgen(`check --json --base ${base}`, { cwd: 'auth' });
  const { changes, failures } = JSON.parse(out);
  return { exitCode, failures, audiences: changes.audiences as AudienceChange[] };
}

describe('claimgen check --base', () => {
  it('names what a branch adds and removes, and the bytes before and after', async () => {
    const repo = repository();
    await commitBuild(repo, 'first');
    repo.git('switch', '-qc', 'feature');
    repo.folder.write({
      'tenant/catalog.json': catalogOf(
        'orders:read',
        ...Array.from({ length: 40 }, (_, i) => `orders:new${i}`),
      ),
    });
    await commitBuild(repo, 'second');
    const { audiences, exitCode } = await changesOf(repo.folder);
    expect(exitCode).toBe(0);
    expect(audiences).toHaveLength(1);
    expect(audiences[0]).toMatchObject({ name: 'orders', state: 'kept', layout: 'grown' });
    expect(audiences[0]?.permissions.removed).toEqual(['orders:write']);
    expect(audiences[0]?.permissions.added).toHaveLength(40);
    const { before, after } = audiences[0]?.line ?? {};
    expect(after).toBeGreaterThan(before ?? Number.POSITIVE_INFINITY);
    const { out } = await repo.folder.claimgen('check --base main', { cwd: 'auth' });
    expect(out).toContain('orders: 40 permissions added, 1 removed');
    expect(out).toContain(`
    Before this is deployed, no API may ask for what is removed. How to rename:
      node_modules/@claimgen/generator/docs/explanation/layouts.md
`);
    expect(out).toContain('- orders:write');
    expect(out).toContain('and 30 more');
    expect(repo.git('status', '--porcelain')).toBe('');
  });

  it('fails where a lock was built anew and gives places to other permissions', async () => {
    const repo = repository();
    await commitBuild(repo, 'first');
    repo.folder.write({ 'tenant/catalog.json': catalogOf('orders:approve', 'orders:read', 'orders:write') });
    repo.git('rm', '-rqf', 'auth/claimgen.lock.json', 'auth/claimgen');
    await repo.folder.claimgen('build', { cwd: 'auth' });
    const { audiences, failures, exitCode } = await changesOf(repo.folder);
    expect(exitCode).toBe(1);
    expect(audiences[0]?.layout).toBe('forked');
    expect(failures).toMatchObject([{ code: 'layout_forked', audience: 'orders' }]);
  });

  it('tells a rebase, its activation and pruning from growth', async () => {
    const repo = repository();
    await commitBuild(repo, 'first');
    const layoutAfter = async (args: string) => {
      expect((await repo.folder.claimgen(args, { cwd: 'auth' })).exitCode).toBe(0);
      const { audiences } = await changesOf(repo.folder);
      return audiences[0]?.layout;
    };
    expect(await layoutAfter('rebase')).toBe('rebased');
    expect(await layoutAfter('rebase --activate')).toBe('rebased');
    expect(await layoutAfter('rebase --prune')).toBe('pruned');
  });

  it('compares with nothing where the base has no config, and with a config of another ending', async () => {
    const repo = repository();
    repo.git('add', 'unrelated.txt');
    repo.git('commit', '-qm', 'before claimgen');
    await commitBuild(repo, 'first');
    expect((await changesOf(repo.folder, 'HEAD~1')).audiences).toMatchObject([
      { name: 'orders', state: 'added', layout: 'new', line: { before: null } },
    ]);
    repo.git('mv', 'auth/claimgen.config.yaml', 'auth/claimgen.config.yml');
    expect((await changesOf(repo.folder, 'HEAD')).audiences).toMatchObject([
      { state: 'kept', layout: 'same' },
    ]);
  });

  it.each([['nowhere'], ['--output=x'], ['HEAD:tenant']])('refuses the base %s', async (base) => {
    const repo = repository();
    await commitBuild(repo, 'first');
    const { exitCode, error } = await repo.folder.claimgen(`check --base=${base}`, { cwd: 'auth' });
    expect(exitCode).toBe(2);
    expect(error).toContain('git knows no commit');
  });

  it('says at which commit a config is broken', async () => {
    const repo = repository();
    await commitBuild(repo, 'first');
    repo.folder.write({ 'auth/claimgen.config.yaml': 'claim: 1' });
    repo.git('commit', '-qam', 'broken');
    repo.folder.write({ 'auth/claimgen.config.yaml': CONFIG });
    const { exitCode, error } = await repo.folder.claimgen('check --base HEAD', { cwd: 'auth' });
    expect(exitCode).toBe(2);
    expect(error).toMatch(/^claimgen\.config\.yaml:1:8: claim: at HEAD: /m);
  });

  it('works where no repository is only as long as no base is named', async () => {
    const folder = projectFolder({
      'claimgen.config.yaml': CONFIG.replace('../tenant/', ''),
      'catalog.json': catalogOf('orders:read'),
    });
    expect((await folder.claimgen('check')).exitCode).toBe(1);
    const { error, exitCode } = await folder.claimgen('check --base HEAD');
    expect(exitCode).toBe(2);
    expect(error).toContain('in no git repository');
  });

  it('leaves the index alone, also while git holds it for a hook', async () => {
    const repo = repository();
    await commitBuild(repo, 'first');
    mkdirSync(join(repo.folder.path, 'hooks'));
    writeFileSync(join(repo.folder.path, 'staged.txt'), 'x');
    repo.git('add', 'staged.txt');
    await changesOf(repo.folder, 'HEAD');
    expect(repo.git('diff', '--cached', '--name-only')).toBe('staged.txt\n');
  });
});
