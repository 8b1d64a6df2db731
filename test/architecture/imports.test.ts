// Holds every import to the lists in ARCHITECTURE.md.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderOf, importsOf, packageOf, packages, root, sourcesOf, specifiers } from './imports.ts';

const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');

/** The lines of the page's block with these words behind its fence. */
function block(title: string): string[] {
  const body = new RegExp(`^\`\`\`${title}\n(.*?)^\`\`\`$`, 'ms').exec(page)?.[1];
  if (body === undefined) throw new Error(`ARCHITECTURE.md has no block ${title}`);
  return body.split('\n').filter((line) => line !== '');
}

/** Each arrow once, as `a → b`, those within one folder left out. */
function distinct(arrows: readonly (readonly [string, string])[]): string[] {
  return [
    ...new Set(arrows.filter(([from, to]) => from !== to).map(([from, to]) => `${from} → ${to}`)),
  ].sort();
}

describe('imports', () => {
  it('are read from every form that the source uses', () => {
    const source = [
      "import { a } from './a.ts';",
      "import type { B } from '../b.ts';",
      'import {\n  c,\n  type D,\n} from "none";'.replaceAll('"', "'"),
      "export { e } from '#auth0/e';",
      "import 'effect';",
      "const lazy = await import('./lazy.ts');",
      "type F = import('./f.ts').F;",
    ].join('\n');
    expect(specifiers(source)).toEqual([
      './a.ts',
      '../b.ts',
      'none',
      '#auth0/e',
      'effect',
      './lazy.ts',
      './f.ts',
    ]);
  });

  it.each(packages)('of %s name files that exist, and other packages without a path into them', (name) => {
    const files = importsOf(name).filter(({ target }) => target.startsWith('packages/'));
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter(({ target }) => !existsSync(join(root, target)))).toEqual([]);
    // Such a path would lead out of the tarball.
    expect(
      files.filter(({ specifier, target }) => specifier.startsWith('.') && packageOf(target) !== name),
    ).toEqual([]);
  });

  it('between packages are those that ARCHITECTURE.md allows', () => {
    const allowed = block('packages').map((line) => line.split('→').map((side) => side.trim()));
    expect(allowed.map(([name]) => name).sort()).toEqual(packages);
    const arrows = packages.flatMap((name) =>
      importsOf(name).flatMap(({ target }): [string, string][] => {
        const other = packageOf(target);
        return other === undefined ? [] : [[name, other]];
      }),
    );
    const listed = allowed.flatMap(([name = '', others = '']) =>
      (others.match(/\S+/g) ?? []).map((other): [string, string] => [name, other]),
    );
    expect(distinct(arrows)).toEqual(distinct(listed));
  });

  it.each(['action-runtime', 'auth0'])('of %s stay inside it', (name) => {
    expect(importsOf(name).filter(({ target }) => packageOf(target) !== name)).toEqual([]);
  });

  it('of files and processes are in io/ alone, in the generator', () => {
    const outside = /^node:(?:fs|child_process|http|https|net|worker_threads)(?:\/|$)/;
    const folders = importsOf('generator')
      .filter(({ target }) => outside.test(target))
      .map(({ file }) => folderOf(file));
    expect([...new Set(folders)]).toEqual(['io']);
  });
});

describe('folders', () => {
  const layered = ['dev', 'generator', 'resolver', 'simulator', 'tenant', 'token-cache'].map((name) => {
    const layers = block(`layers ${name}`).map((line) => line.split(' '));
    return { name, layers };
  });

  it.each(layered)('of $name have one place among the layers of ARCHITECTURE.md each', ({ name, layers }) => {
    expect(layers.flat().sort()).toEqual([...new Set(sourcesOf(name).map(folderOf))].sort());
  });

  it('import only what is on a lower layer', () => {
    const up = layered.flatMap(({ name, layers }) => {
      const layerOf = (folder: string) => layers.findIndex((folders) => folders.includes(folder));
      return importsOf(name)
        .filter(({ target }) => target.startsWith(`packages/${name}/`))
        .map(({ file, target }): [string, string] => [folderOf(file), folderOf(target)])
        .filter(([from, to]) => layerOf(to) <= layerOf(from));
    });
    expect(distinct(up)).toEqual([]);
  });
});
