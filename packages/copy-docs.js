// Copies the documentation into the package that it is run in, for the tarball: messages name its pages there.
import { cpSync, rmSync } from 'node:fs';

rmSync('docs', { recursive: true, force: true });
cpSync('../../docs', 'docs', { recursive: true, filter: (path) => !path.includes('pictures') });
