// What `npm test` does not run, and why: said at its end, so that nobody takes it for all.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Tests that need git, which a machine with Node alone has not. */
export const NEED_GIT: readonly string[] = [
  ...['base', 'base-files', 'config-module', 'git-failures', 'renamed', 'who-gets-what'].map(
    (name) => `packages/generator/test/check/${name}.test.ts`,
  ),
  'packages/generator/test/git/merge.test.ts',
];

export const hasGit: boolean = isInstalled();

function isInstalled(): boolean {
  try {
    execFileSync('git', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function endToEnd(): string[] {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/test`);
  return ['test', ...packages]
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }))
    .filter((path) => path.endsWith('.e2e.test.ts'));
}

/** For vitest: what is returned runs when the tests have. */
export default function setup({ vitest }: TestProject): () => void {
  return () => {
    if (!vitest.projects.some(({ name }) => name === 'e2e')) {
      console.log(
        `Left out: ${endToEnd().length} files of end-to-end tests, which need browsers, servers or the registry (npm run test:all).`,
      );
    }
    if (!hasGit)
      console.log(`Left out: ${NEED_GIT.length} files of tests that need git, which is not installed.`);
  };
}
