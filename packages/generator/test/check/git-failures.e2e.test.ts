// git's own reasons, whatever they are, are what a person reads.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { explainGitFailure } from '../../src/io/git-failure.ts';
import { projectFolder } from '../project-folder.ts';
import { type Repository, repository } from './repository.ts';

const FILES = {
  'claimgen.config.yaml': `catalog: catalog.json
claim: https://acme.example/permissions
audiences: { orders: { audience: https://orders.example, globs: ["orders:*"] } }
`,
  'catalog.json': '{"permissions":["orders:read"],"roles":{"Clerk":["orders:read"]}}',
};

const variables = { ...process.env };
beforeEach(() => {
  // Neither the machine's configuration nor the user's.
  process.env['GIT_CONFIG_GLOBAL'] = '/dev/null';
  process.env['GIT_CONFIG_NOSYSTEM'] = '1';
});
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in variables)) delete process.env[name];
  Object.assign(process.env, variables);
});

async function built(): Promise<Repository> {
  const repo = repository(FILES);
  await repo.commit('first');
  return repo;
}

/** What a person reads on standard error, with the folder's path left out. */
async function refused({ folder }: Pick<Repository, 'folder'>, cwd = '.'): Promise<string> {
  const { exitCode, out, error } = await folder.claimgen('check --base HEAD', { cwd });
  expect([exitCode, out]).toEqual([2, '']);
  return `\n${error.replaceAll(folder.path, '<folder>')}`;
}

describe('check --base where git fails', () => {
  it('because the checkout belongs to another user', async () => {
    const repo = await built();
    process.env['GIT_TEST_ASSUME_DIFFERENT_OWNER'] = '1';
    expect(await refused(repo)).toMatchInlineSnapshot(`
      "
      git says: fatal: detected dubious ownership in repository at '<folder>'
        The repository belongs to another user, as often in containers of CI: git config --global --add safe.directory '<folder>'.
      "
    `);
    // As it says, the repository is let in.
    process.env['GIT_CONFIG_GLOBAL'] = join(repo.folder.path, 'gitconfig');
    spawnSync('git', ['config', '--global', '--add', 'safe.directory', repo.folder.path]);
    expect((await repo.folder.claimgen('check --base HEAD')).exitCode).toBe(0);
  });

  it('because it is not installed', async () => {
    const repo = await built();
    process.env['PATH'] = '/nowhere';
    expect(await refused(repo)).toMatchInlineSnapshot(`
      "
      git is not installed, or not on the PATH
        Install git where claimgen runs.
      "
    `);
  });

  it('because there is no repository', async () => {
    const folder = projectFolder(FILES);
    await folder.claimgen('build');
    // Temporary folders may be a file system of their own, at whose edge git stops with other words.
    process.env['GIT_DISCOVERY_ACROSS_FILESYSTEM'] = '1';
    expect(await refused({ folder })).toMatchInlineSnapshot(`
      "
      this folder is in no git repository (git says: fatal: not a git repository (or any of the parent directories): .git)
        Run it in a checkout; without a commit to compare with, claimgen needs no git.
      "
    `);
  });

  it('because the repository of a worktree was moved', async () => {
    const repo = await built();
    const tree = join(repo.folder.path, 'tree');
    repo.git('worktree', 'add', '-q', tree, '-b', 'other');
    renameSync(join(repo.folder.path, '.git'), join(repo.folder.path, 'moved'));
    expect(await refused(repo, 'tree')).toMatchInlineSnapshot(`
      "
      git says: fatal: not a git repository: <folder>/.git/worktrees/tree
        The .git file there names a place that is gone, as after a worktree was moved: git worktree repair, or check the repository out again.
      "
    `);
  });

  it('because the .git file says nothing that git understands', async () => {
    const repo = await built();
    rmSync(join(repo.folder.path, '.git'), { recursive: true });
    writeFileSync(join(repo.folder.path, '.git'), 'nothing\n');
    expect(await refused(repo)).toMatchInlineSnapshot(`
      "
      git says: fatal: invalid gitfile format: <folder>/.git
        The .git file there names a place that is gone, as after a worktree was moved: git worktree repair, or check the repository out again.
      "
    `);
  });

  it('because it lies in a bare repository', async () => {
    const repo = await built();
    repo.git('clone', '-q', '--bare', '.', 'bare.git');
    repo.folder.write({ 'bare.git/claimgen.config.yaml': FILES['claimgen.config.yaml'] });
    repo.folder.write({ 'bare.git/catalog.json': FILES['catalog.json'] });
    expect(await refused(repo, 'bare.git')).toMatchInlineSnapshot(`
      "
      git says: fatal: this operation must be run in a work tree
        Run it in a checkout, not in a bare repository.
      "
    `);
    process.env['GIT_CONFIG_COUNT'] = '1';
    process.env['GIT_CONFIG_KEY_0'] = 'safe.bareRepository';
    process.env['GIT_CONFIG_VALUE_0'] = 'explicit';
    expect(await refused(repo, 'bare.git')).toMatchInlineSnapshot(`
      "
      git says: fatal: cannot use bare repository '<folder>/bare.git' (safe.bareRepository is 'explicit')
        Run it in a checkout, not in a bare repository.
      "
    `);
  });

  it('because a partial clone lacks a file, and its remote is out of reach', async () => {
    const repo = await built();
    repo.folder.write({
      'catalog.json': '{"permissions":["orders:read","orders:write"],"roles":{"Clerk":["orders:read"]}}',
    });
    await repo.commit('second');
    repo.git('config', 'uploadpack.allowFilter', 'true');
    repo.git('clone', '-q', '--filter=blob:none', `file://${repo.folder.path}`, 'partial');
    renameSync(join(repo.folder.path, '.git'), join(repo.folder.path, 'moved'));
    const { exitCode, error } = await repo.folder.claimgen('check --base HEAD~1', { cwd: 'partial' });
    expect(exitCode).toBe(2);
    expect(`\n${error.replaceAll(repo.folder.path, '<folder>')}`).toMatchInlineSnapshot(`
      "
      at HEAD~1: git says: fatal: '<folder>' does not appear to be a git repository
        The clone is a partial one, and git fetches what it lacks when it is needed: give it its remote, or fetch everything (git fetch --refetch --no-filter).
      "
    `);
  });

  it('because an object is missing', async () => {
    const repo = await built();
    const id = repo.git('rev-parse', 'HEAD:catalog.json').trim();
    rmSync(join(repo.folder.path, '.git/objects', id.slice(0, 2), id.slice(2)));
    expect((await refused(repo)).replaceAll(id, '<id>')).toMatchInlineSnapshot(`
      "
      at HEAD: git says: error: unable to read sha1 file of catalog.json (<id>)
        Objects are missing or damaged here: git fsck names them. Fetch them again, or clone the repository again.
      "
    `);
  });

  it('in a job of GitHub Actions, where annotation and summary say the same', async () => {
    const repo = await built();
    process.env['GIT_TEST_ASSUME_DIFFERENT_OWNER'] = '1';
    const { out } = await repo.folder.claimgen('check --base HEAD --json --junit junit.xml');
    expect(JSON.parse(out).problems).toMatchObject([
      { code: 'git_failed', message: expect.stringContaining('dubious ownership') },
    ]);
    expect(repo.folder.read('junit.xml')).toContain('dubious ownership');
  });
});

describe('check --base where git is held up', () => {
  it('works while another git holds the index', async () => {
    const repo = await built();
    writeFileSync(join(repo.folder.path, '.git/index.lock'), '');
    expect((await repo.folder.claimgen('check --base HEAD')).exitCode).toBe(0);
    expect(existsSync(join(repo.folder.path, '.git/index.lock'))).toBe(true);
  });

  it('works in a worktree, from a folder below, and where a link that no commit has leads', async () => {
    const repo = repository(
      Object.fromEntries(Object.entries(FILES).map(([name, text]) => [`app/${name}`, text])),
    );
    await repo.commit('first', 'app');
    repo.git('worktree', 'add', '-q', 'tree', '-b', 'other');
    mkdirSync(join(repo.folder.path, 'tree/app/below'));
    symlinkSync('app', join(repo.folder.path, 'linked'));
    for (const cwd of ['app', 'tree/app', 'tree/app/below', 'linked']) {
      const { exitCode, out } = await repo.folder.claimgen('check --base main', { cwd });
      expect([exitCode, out]).toEqual([0, expect.stringContaining('orders: the same')]);
    }
  });
});

describe('what git says', () => {
  it('is its first line that stops it, without passwords', () => {
    const stderr = `warning: something else
fatal: unable to access 'https://user:secret@git.example/a.git/': Could not resolve host: git.example
error: more of it
`;
    expect(explainGitFailure(['checkout-index'], stderr)).toEqual({
      code: 'git_failed',
      message:
        "git says: fatal: unable to access 'https://git.example/a.git/': Could not resolve host: git.example",
      fix: expect.stringContaining('partial'),
    });
  });

  it.each([
    ["fatal: Unable to create '/r/.git/index.lock': File exists.", 'delete the lock'],
    ['fatal: write error: No space left on device', 'Free some space'],
    ['fatal: could not open /r/.git/HEAD: Permission denied', 'read the repository'],
    ['fatal: something that nobody has seen before', 'Correct what git says'],
    ['', 'Correct what git says'],
  ])('has a fix: %s', (stderr, fix) => {
    expect(explainGitFailure(['read-tree'], stderr).fix).toContain(fix);
  });
});
