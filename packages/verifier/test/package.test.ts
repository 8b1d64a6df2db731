import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

test('the tarball holds the built package and what belongs to it, and nothing of the machine that built it', () => {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const printed = execFileSync('npm', ['pack', '--dry-run', '--json', '--silent'], { cwd, encoding: 'utf8' });
  const [{ files }] = JSON.parse(printed) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  const modules = paths.filter((path) => /^dist\/[\w/-]+\.(?:d\.)?(?:js|ts|cjs|cts)$/.test(path));
  // The pages are copied there when it is packed.
  const others = paths.filter((path) => !modules.includes(path) && !/^docs\/[\w/-]+\.md$/.test(path));
  expect(others.sort()).toEqual(['LICENSE', 'README.md', 'dist/cjs/jose.LICENSE.md', 'package.json']);
  // Each module with its types, and the same types for CommonJS.
  const types = modules.filter((path) => path.endsWith('.d.ts'));
  expect(modules.filter((path) => path.endsWith('.js')).map((path) => path.replace(/js$/, 'd.ts'))).toEqual(
    types,
  );
  expect(modules.filter((path) => path.endsWith('.d.cts')).sort()).toEqual(
    types.map((path) => path.replace(/^dist\/(.*)ts$/, 'dist/cjs/$1cts')).sort(),
  );
});

describe('every entry point', () => {
  const { exports, typesVersions, main, types } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  ) as {
    exports: Record<string, Record<'require' | 'default', { types: string; default: string }>>;
    typesVersions: { '*': Record<string, string[]> };
    main: string;
    types: string;
  };

  test.each(Object.keys(exports))('%s exports the same by import and by require', async (name) => {
    const self = `@claimgen/verifier${name.slice(1)}`;
    const required = createRequire(import.meta.url)(self) as object;
    const imported = (await import(self)) as object;
    expect(Object.keys(required).sort()).toEqual(Object.keys(imported).sort());
    expect(Object.keys(imported).length).toBeGreaterThan(0);
  });

  test('is found without "exports", too, as TypeScript with moduleResolution node10 reads package.json', () => {
    const { '.': root, ...others } = exports;
    expect([main, types]).toEqual([root?.require.default, root?.default.types]);
    expect(typesVersions['*']).toEqual(
      Object.fromEntries(
        Object.entries(others).map(
          ([
            name,
            {
              default: { types: path },
            },
          ]) => [name.slice(2), [path]],
        ),
      ),
    );
  });

  test('imports no type of a dependency, other than of the framework that it is for', () => {
    const imported = readdirSync(new URL('../dist/cjs/', import.meta.url), {
      recursive: true,
      encoding: 'utf8',
    })
      .filter((path) => path.endsWith('.d.cts') && !path.includes('adapters'))
      .flatMap((path) => [
        ...readFileSync(new URL(`../dist/cjs/${path}`, import.meta.url), 'utf8').matchAll(
          /(?:from|import\() ?'([^.][^']*)'/g,
        ),
      ]);
    expect(imported.map(([, name]) => name).filter((name) => name !== 'lru-cache')).toEqual([]);
  });
});
