import { execFileSync } from 'node:child_process';
import { readPermissions } from '@claimgen/verifier/unverified';
import { describe, expect, it } from 'vitest';
import { type ProjectFolder, projectFolder } from '../project-folder.ts';

const CONFIG = `catalog: catalog.json
claim: pz
audiences:
  orders: { audience: https://orders.acme.example, globs: ["*"] }
`;

function catalog(names: readonly string[]): string {
  return `${JSON.stringify({ permissions: names, roles: { All: names } }, null, 2)}\n`;
}

/** Runs git in the folder; says whether it succeeded. */
function git(folder: ProjectFolder, ...args: string[]): boolean {
  const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
  const environment = { PATH: process.env['PATH'], HOME: folder.path, GIT_CONFIG_NOSYSTEM: '1' };
  try {
    execFileSync('git', [...identity, ...args], { cwd: folder.path, env: environment, stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

async function buildAndCommit(folder: ProjectFolder, names: readonly string[]): Promise<void> {
  folder.write({ 'catalog.json': catalog(names) });
  const { exitCode, error } = await folder.claimgen('build');
  expect([exitCode, error]).toEqual([0, '']);
  expect(git(folder, 'add', '-A') && git(folder, 'commit', '-m', 'build')).toBe(true);
}

/** Two branches that each added a permission and built, the one merged into the other; what git could not merge is left in conflict. */
async function mergedBranches(attributes: string | undefined): Promise<ProjectFolder> {
  const folder = projectFolder({
    'claimgen.config.yaml': CONFIG,
    ...(attributes === undefined ? {} : { '.gitattributes': attributes }),
  });
  git(folder, 'init', '-q', '-b', 'main');
  await buildAndCommit(folder, ['orders:read']);
  git(folder, 'checkout', '-q', '-b', 'refunds');
  await buildAndCommit(folder, ['orders:read', 'orders:refund']);
  git(folder, 'checkout', '-q', 'main');
  await buildAndCommit(folder, ['orders:read', 'orders:cancel']);
  expect(git(folder, 'merge', '-q', 'refunds')).toBe(false);
  folder.write({ 'catalog.json': catalog(['orders:read', 'orders:cancel', 'orders:refund']) });
  return folder;
}

function generations(folder: ProjectFolder): { id: string; permissions: string[] }[] {
  return JSON.parse(folder.read('claimgen.lock.json')).audiences.orders.lineages[0];
}

async function refused(folder: ProjectFolder): Promise<string> {
  const before = folder.snapshot();
  const { exitCode, error } = await folder.claimgen('build');
  expect(exitCode).toBe(2);
  expect(folder.snapshot()).toEqual(before);
  return `\n${error}`;
}

/** The lock with its last generation's part replaced. */
function rewrite(
  folder: ProjectFolder,
  last: (generations: { id: string; permissions: string[] }[]) => unknown[],
): void {
  const lock = JSON.parse(folder.read('claimgen.lock.json'));
  lock.audiences.orders.lineages[0] = last(lock.audiences.orders.lineages[0]);
  folder.write({ 'claimgen.lock.json': JSON.stringify(lock, null, 2) });
}

describe('a merge of two branches that both built', () => {
  it('leaves markers in the lock without a git attribute, and the build finds their line', async () => {
    const folder = await mergedBranches(undefined);
    expect(folder.read('claimgen.lock.json')).toContain('<<<<<<<');
    expect(await refused(folder)).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:15:1: a merge conflict is left in the file
        Take the deployed branch's file whole, then run claimgen build.
      "
    `);
  });

  it('leaves one branch’s lock in place with "-merge", which the build takes and grows', async () => {
    const folder = await mergedBranches('claimgen.lock.json -merge\n');
    expect(folder.read('claimgen.lock.json')).not.toContain('<<<<<<<');
    expect((await folder.claimgen('build')).exitCode).toBe(0);
    expect(generations(folder).map(({ permissions }) => permissions)).toEqual([
      ['orders:read'],
      ['orders:cancel'],
      ['orders:refund'],
    ]);
  });

  it('is refused where both generations were kept', async () => {
    const folder = await mergedBranches('claimgen.lock.json -merge\n');
    const ours = generations(folder);
    git(folder, 'checkout', '--theirs', 'claimgen.lock.json');
    rewrite(folder, (theirs) => [...ours, ...theirs.slice(1)]);
    expect(await refused(folder)).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:21:19: audiences.orders.lineages[0][2].id: the id "V8VATw" does not fit the permissions up to here: they were edited by hand or merged
        Take the deployed branch's claimgen.lock.json, then run claimgen build.
      "
    `);
  });

  it("is refused where one side's id was kept with the other's names", async () => {
    const folder = await mergedBranches('claimgen.lock.json -merge\n');
    const [, ours] = generations(folder);
    git(folder, 'checkout', '--theirs', 'claimgen.lock.json');
    rewrite(folder, ([first, theirs]) => [first, { id: ours?.id, permissions: theirs?.permissions }]);
    expect(await refused(folder)).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:15:19: audiences.orders.lineages[0][1].id: the id "ilnnEi" does not fit the permissions up to here: they were edited by hand or merged
        Take the deployed branch's claimgen.lock.json, then run claimgen build.
      "
    `);
  });

  it('is refused where the names of both were put into one generation', async () => {
    const folder = await mergedBranches('claimgen.lock.json -merge\n');
    rewrite(folder, ([first, last]) => [
      first,
      { id: last?.id, permissions: [...(last?.permissions ?? []), 'orders:refund'] },
    ]);
    expect(await refused(folder)).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:15:19: audiences.orders.lineages[0][1].id: the id "ilnnEi" does not fit the permissions up to here: they were edited by hand or merged
        Take the deployed branch's claimgen.lock.json, then run claimgen build.
      "
    `);
  });

  it('works as the fix says: one side’s lock whole, then a build; verifiers of both branches read what they share', async () => {
    for (const side of ['--ours', '--theirs']) {
      const folder = await mergedBranches(undefined);
      expect(git(folder, 'checkout', side, 'claimgen.lock.json')).toBe(true);
      expect((await folder.claimgen('build')).exitCode).toBe(0);
      expect((await folder.claimgen('check')).exitCode).toBe(0);
      const [shared, second, third] = generations(folder);
      // A claim of the merged build, written with all generations: everything is held (mode raw, places 0 to 2).
      const claim = `${shared?.id}${second?.id}${third?.id}.A4`;
      const read = (branch: string) => {
        const text = execFileSync('git', ['show', `${branch}:claimgen/verifier/orders.json`], {
          cwd: folder.path,
          encoding: 'utf8',
        });
        const permissions = readPermissions({ pz: claim }, JSON.parse(text));
        return { state: permissions.layout, names: [...permissions] };
      };
      const theirs = side === '--ours' ? 'refunds' : 'main';
      const ours = side === '--ours' ? 'main' : 'refunds';
      expect(read(theirs)).toEqual({ state: 'forked', names: ['orders:read'] });
      expect(read(ours)).toEqual({
        state: 'newer',
        names: ['orders:read', side === '--ours' ? 'orders:cancel' : 'orders:refund'],
      });
    }
  });
});
