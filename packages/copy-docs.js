// Copies the documentation into the package that it is run in, for the tarball: messages name its pages there.
// What a page links to beyond them is not in the tarball, so such links lead to the repository.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

const REPOSITORY = 'https://github.com/claimgen/claimgen/blob/main';
const LINK = /(\]\()((?:\.\.\/)+[^)\s]+)(?=\))/g;

rmSync('docs', { recursive: true, force: true });
cpSync('../../docs', 'docs', { recursive: true, filter: (path) => !path.includes('pictures') });

for (const name of readdirSync('docs', { recursive: true, encoding: 'utf8' })) {
  if (!name.endsWith('.md')) continue;
  const path = join('docs', name);
  const folder = posix.join('docs', dirname(name).replaceAll('\\', '/'));
  const text = readFileSync(path, 'utf8').replace(LINK, (whole, before, link) => {
    const target = posix.join(folder, link);
    return target.startsWith('docs/') && !target.startsWith('docs/pictures/')
      ? whole
      : `${before}${REPOSITORY}/${target}`;
  });
  writeFileSync(path, text);
}
