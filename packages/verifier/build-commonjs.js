// Builds dist/cjs out of dist: the same package for `require`, each entry point of package.json's "exports" with its
// types. jose, which is an ES module only, is bundled into it: Jest can't require those.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';

const { exports, dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = Object.values(exports).map(({ default: { default: path } }) =>
  path.replace(/^\.\/dist\/(.*)\.js$/, '$1'),
);
const outside = Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => name !== 'jose');

rmSync('dist/cjs', { recursive: true, force: true });

const build = await rolldown({
  input: Object.fromEntries(entries.map((name) => [name, `dist/${name}.js`])),
  platform: 'neutral',
  external: (id) => outside.some((name) => id === name || id.startsWith(`${name}/`)),
});
await build.write({
  dir: 'dist/cjs',
  format: 'cjs',
  exports: 'named',
  entryFileNames: '[name].cjs',
  chunkFileNames: 'chunks/[name].cjs',
});
await build.close();

// The license asks to be with every copy.
const jose = dirname(createRequire(import.meta.url).resolve('jose/package.json'));
cpSync(join(jose, 'LICENSE.md'), 'dist/cjs/jose.LICENSE.md');

// The same declarations once more, as those of CommonJS modules.
for (const path of readdirSync('dist', { recursive: true })) {
  if (path.startsWith('cjs') || !path.endsWith('.d.ts')) continue;
  const declarations = readFileSync(join('dist', path), 'utf8');
  const target = join('dist/cjs', path.replace(/\.ts$/, '.cts'));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, declarations.replace(/((?:from|import\() ?'\.{1,2}\/[^']*)\.[jt]s'/g, "$1.cjs'"));
}
