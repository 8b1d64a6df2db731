// Copies the build of internal packages into dist/ of the package it is run in, as dist/<name>: its `imports` find them
// there as #<name>/*, in the repository as in the published tarball. See docs/decisions/internal-packages.md.
import { cpSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';

const names = process.argv.slice(2);
for (const name of names) {
  const build = `../${name}/dist`;
  rmSync(`dist/${name}`, { recursive: true, force: true });
  cpSync(build, `dist/${name}`, {
    recursive: true,
    // What an internal package copied for itself would be there twice.
    filter: (path) =>
      basename(path) !== '.tsbuildinfo' && !(dirname(path) === build && names.includes(basename(path))),
  });
}
