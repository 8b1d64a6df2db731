// Copies the templates into dist/ of the package that it is run in: users install no package for them.
import { cpSync, rmSync } from 'node:fs';

rmSync('dist/templates', { recursive: true, force: true });
cpSync('../../templates', 'dist/templates', {
  recursive: true,
  filter: (path) => !/\.json$|\.md$|LICENSE$/.test(path),
});
