import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('the tarball holds the built package and what belongs to it, and nothing of the machine that built it', () => {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const printed = execFileSync('npm', ['pack', '--dry-run', '--json', '--silent'], { cwd, encoding: 'utf8' });
  const [{ files }] = JSON.parse(printed) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  const modules = paths.filter((path) => /^dist\/[\w/-]+\.(?:js|d\.ts)$/.test(path));
  expect(paths.filter((path) => !modules.includes(path)).sort()).toEqual([
    'LICENSE',
    'README.md',
    'package.json',
  ]);
  // Each module with its types.
  expect(modules.filter((path) => path.endsWith('.js')).map((path) => path.replace(/js$/, 'd.ts'))).toEqual(
    modules.filter((path) => path.endsWith('.d.ts')),
  );
});
