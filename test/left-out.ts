// What `npm test` does not run, and why: said at its end, so that nobody takes it for all.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Whether git is here, which a machine with Node alone has not. Tests that need it are end to end, but for a few cases. */
export const hasGit: boolean = isInstalled();

function isInstalled(): boolean {
  try {
    execFileSync('git', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function filesOf(kind: 'e2e' | 'long'): string[] {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/test`);
  return ['test', ...packages]
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }))
    .filter((path) => path.endsWith(`.${kind}.test.ts`));
}

/** For vitest: what is returned runs when the tests have. */
export default function setup({ vitest }: TestProject): () => void {
  return () => {
    if (!vitest.projects.some(({ name }) => name === 'e2e')) {
      console.log(
        `Left out: ${filesOf('e2e').length} files of end-to-end tests, which need git, browsers, servers or the registry, and ${filesOf('long').length} that take long (npm run test:all).`,
      );
    }
  };
}
