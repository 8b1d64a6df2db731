import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

const published = readdirSync(join(root, 'packages'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => `packages/${name}`)
  .filter((folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).private !== true);

/** What `npm publish` would send. */
function filesOf(folder: string): string[] {
  const [{ files }] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--silent'], {
      cwd: join(root, folder),
      encoding: 'utf8',
    }),
  ) as [{ files: readonly { path: string }[] }];
  return files.map(({ path }) => path);
}

describe('a published package', () => {
  it('is each that is not private', () => {
    expect(published).toEqual(
      expect.arrayContaining(['packages/action-runtime', 'packages/generator', 'packages/verifier']),
    );
  });

  it.each(published)(
    'carries what runs, its types and its pages, and nothing of the machine it was built on: %s',
    (folder) => {
      const files = filesOf(folder);
      expect(files).toContain('package.json');
      expect(files).toContain('README.md');
      expect(files.some((path) => /^dist\/.*\.js$/.test(path))).toBe(true);
      expect(
        files.filter((path) =>
          /\.tsbuildinfo$|(?:^|\/)(?:src|test|node_modules)\/|\.test\.|\.log$|\.env/.test(path),
        ),
      ).toEqual([]);
    },
  );

  it.each(published)('says where its documentation, its source and its issues are: %s', (folder) => {
    const { homepage, bugs, keywords, repository } = JSON.parse(
      readFileSync(join(root, folder, 'package.json'), 'utf8'),
    );
    expect(homepage).toMatch(/^https:/);
    expect(bugs).toMatch(/^https:/);
    expect(keywords).toContain('auth0');
    expect(repository.directory).toBe(folder);
  });

  it('has no dependency that is not published, and takes the patches of others', () => {
    const names = new Set(
      published.map((folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).name),
    );
    const { dependencies } = JSON.parse(readFileSync(join(root, 'packages/generator/package.json'), 'utf8'));
    for (const [name, range] of Object.entries(dependencies as Record<string, string>)) {
      if (name.startsWith('@claimgen/')) expect(names).toContain(name);
      // The bytes that fflate packs are the Action's: another version may write others.
      else
        expect([name, range]).toEqual([
          name,
          name === 'fflate' ? expect.stringMatching(/^\d/) : expect.stringMatching(/^\^/),
        ]);
    }
  });

  it.each(['packages/generator', 'packages/verifier'])(
    'carries the documentation, without pictures: %s',
    (folder) => {
      const files = filesOf(folder);
      for (const page of ['guide/getting-started.md', 'reference/verifier.md', 'reference/config.md'])
        expect(files).toContain(`docs/${page}`);
      expect(files.filter((path) => path.endsWith('.png'))).toEqual([]);
      // prepack has just written the pages.
      const pages = files.filter((path) => path.startsWith('docs/'));
      const dead = pages.flatMap((page) =>
        [...readFileSync(join(root, folder, page), 'utf8').matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g)]
          .map(([, link = '']) => posix.join(posix.dirname(page), link))
          .filter((target) => !pages.some((path) => path === target || path.startsWith(`${target}/`)))
          .map((target) => `${page}: ${target}`),
      );
      expect(dead).toEqual([]);
    },
  );

  it('has the pages that its messages name', () => {
    const files = filesOf('packages/generator');
    const source = execFileSync('grep', ['-rhoE', "docsPage\\('[^']+'\\)", 'packages/generator/src'], {
      cwd: root,
      encoding: 'utf8',
    });
    const pages = [...source.matchAll(/'([^']+)'/g)].map(([, page]) => `docs/${page}`);
    expect(pages.length).toBeGreaterThan(3);
    for (const page of pages) expect(files).toContain(page);
  });
});
