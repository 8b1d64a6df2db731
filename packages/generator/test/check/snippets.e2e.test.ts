import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { type ProjectFolder, projectFolder } from '../project-folder.ts';

const page = readFileSync(new URL('../../../../docs/guide/check.md', import.meta.url), 'utf8');
const bin = fileURLToPath(new URL('../../bin/claimgen.js', import.meta.url));

/** The page's only code block of a language. */
function snippet(language: string): string {
  const blocks = [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))];
  expect(blocks).toHaveLength(1);
  return blocks[0]?.[1] ?? '';
}

const CONFIG = `catalog: catalog.json
claim: https://acme.example/permissions
audiences:
  orders: { audience: https://orders.example, globs: ["orders:*"] }
`;

function catalogOf(...permissions: readonly string[]): string {
  return JSON.stringify({ permissions, roles: { All: permissions } });
}

/** A repository with claimgen installed as npm would, and what git says in it. */
function installed() {
  expect(existsSync(bin)).toBe(true);
  const folder = projectFolder({
    '.gitignore': 'node_modules\n',
    'package.json': '{"name": "acme", "private": true}',
    'claimgen.config.yaml': CONFIG,
    'catalog.json': catalogOf('orders:read'),
  });
  mkdirSync(join(folder.path, 'node_modules/.bin'), { recursive: true });
  symlinkSync(bin, join(folder.path, 'node_modules/.bin/claimgen'));
  const git = (...args: string[]) =>
    spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: folder.path,
      encoding: 'utf8',
    });
  git('init', '-q', '-b', 'main');
  mkdirSync(join(folder.path, 'node_modules/@claimgen'));
  symlinkSync(join(bin, '../..'), join(folder.path, 'node_modules/@claimgen/generator'));
  return { folder, git };
}

async function commitAll({ folder, git }: ReturnType<typeof installed>, message: string) {
  expect((await folder.claimgen('build')).exitCode).toBe(0);
  git('add', '.');
  return git('commit', '-m', message);
}

describe('the workflow of docs/guide/check.md', () => {
  const workflow = load(snippet('yaml')) as {
    jobs: { check: { steps: { uses?: string; with?: { 'fetch-depth'?: number }; run?: string }[] } };
  };
  const { steps } = workflow.jobs.check;

  function runCheckStep(folder: ProjectFolder) {
    const command = steps.at(-1)?.run ?? '';
    return spawnSync('bash', ['-e', '-c', command], {
      cwd: folder.path,
      encoding: 'utf8',
      env: {
        ...process.env,
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: folder.path,
        GITHUB_STEP_SUMMARY: join(folder.path, 'node_modules/summary.md'),
        GITHUB_BASE_REF: 'main',
      },
    });
  }

  it('fetches what it compares with', () => {
    expect(steps[0]?.uses).toMatch(/^actions\/checkout@/);
    expect(steps[0]?.with?.['fetch-depth']).toBe(0);
  });

  it('passes a branch that committed what it built, and fails one that did not', async () => {
    const repo = installed();
    await commitAll(repo, 'first');
    repo.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    repo.git('switch', '-qc', 'feature');
    repo.folder.write({ 'catalog.json': catalogOf('orders:read', 'orders:refund') });
    const stale = runCheckStep(repo.folder);
    expect(stale.status).toBe(1);
    expect(stale.stderr).toContain('::error file=claimgen.lock.json,line=1,title=claimgen%3A stale::');

    await commitAll(repo, 'second');
    const passed = runCheckStep(repo.folder);
    expect(passed.status).toBe(0);
    expect(passed.stdout).toContain('+ orders:refund');
    const summary = repo.folder.read('node_modules/summary.md');
    expect(summary).toContain('❌');
    expect(summary).toContain('✅');
    expect(summary).toContain('Against origin/main');
  });
});

describe('the hook of docs/guide/check.md', () => {
  it('goes by what is staged, not by what is in the editor', async () => {
    const repo = installed();
    repo.folder.write({ '.githooks/pre-commit': snippet('sh') });
    chmodSync(join(repo.folder.path, '.githooks/pre-commit'), 0o755);
    execFileSync('git', ['config', 'core.hooksPath', '.githooks'], { cwd: repo.folder.path });
    const first = await commitAll(repo, 'first');
    expect(first.status).toBe(0);

    // Built, but the lock and the verifiers are not staged.
    repo.folder.write({ 'catalog.json': catalogOf('orders:read', 'orders:refund') });
    await repo.folder.claimgen('build');
    repo.git('add', 'catalog.json');
    const stale = repo.git('commit', '-m', 'forgotten');
    expect(stale.status).not.toBe(0);
    expect(`${stale.stdout}${stale.stderr}`).toContain('FAILED stale');

    repo.git('add', '.');
    // An edit that is not staged changes nothing.
    repo.folder.write({ 'catalog.json': catalogOf('orders:other') });
    expect(repo.git('commit', '-m', 'complete').status).toBe(0);
    expect(repo.git('log', '--format=%s').stdout).toBe('complete\nfirst\n');
    expect(repo.git('status', '--porcelain').stdout).toBe(' M catalog.json\n');
  });

  it('works with a config that is code and imports packages', async () => {
    const repo = installed();
    repo.folder.remove('claimgen.config.yaml');
    repo.folder.write({
      'claimgen.config.mjs': `import { defineConfig } from '@claimgen/generator';
export default defineConfig(${JSON.stringify(load(CONFIG))});
`,
      '.githooks/pre-commit': snippet('sh').replaceAll('claimgen.config.yaml', 'claimgen.config.mjs'),
    });
    chmodSync(join(repo.folder.path, '.githooks/pre-commit'), 0o755);
    execFileSync('git', ['config', 'core.hooksPath', '.githooks'], { cwd: repo.folder.path });
    expect((await commitAll(repo, 'first')).status).toBe(0);
    repo.folder.write({ 'catalog.json': catalogOf('orders:read', 'orders:refund') });
    repo.git('add', 'catalog.json');
    expect(repo.git('commit', '-m', 'forgotten').status).not.toBe(0);
    expect(existsSync(join(repo.folder.path, 'node_modules/@claimgen/generator/package.json'))).toBe(true);
  });
});
