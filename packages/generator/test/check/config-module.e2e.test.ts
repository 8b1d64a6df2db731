import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../project-folder.ts';

const bin = fileURLToPath(new URL('../../bin/claimgen.js', import.meta.url));
const index = new URL('../../dist/index.js', import.meta.url).href;

const CATALOG = {
  'catalog.json': JSON.stringify({
    permissions: ['orders:read', 'orders:write'],
    roles: { Clerk: ['orders:read'] },
  }),
};

const CONFIG = {
  catalog: 'catalog.json',
  claim: 'https://acme.example/permissions',
  audiences: { orders: { audience: 'https://orders.example', globs: ['*'] } },
};

const json = JSON.stringify(CONFIG);

/** The lock and the verifiers that a build writes; the Action names the config's file. */
async function builtFrom(files: Readonly<Record<string, string>>) {
  const folder = projectFolder({ ...CATALOG, ...files });
  const { exitCode, error } = await folder.claimgen('build');
  expect([exitCode, error]).toEqual([0, '']);
  return [...folder.snapshot()].filter(([path]) => /lock|verifier/.test(path));
}

describe('a config that is code', () => {
  it.each([
    ['claimgen.config.mjs', `export default ${json};`],
    ['claimgen.config.cjs', `module.exports = ${json};`],
    ['claimgen.config.js', `module.exports = ${json};`],
    [
      'claimgen.config.mjs',
      `import { defineConfig } from '${index}';\nexport default defineConfig({ ...${json}, budget: undefined });`,
    ],
  ])('builds what the same in JSON does: %s', async (name, text) => {
    expect(await builtFrom({ [name]: text })).toEqual(await builtFrom({ 'claimgen.config.json': json }));
  });

  it('may import its neighbours, at another commit as well', async () => {
    const folder = projectFolder({
      ...CATALOG,
      'claimgen.config.mjs': `import { globs } from './globs.mjs';\nconst config = ${json};\nconfig.audiences.orders.globs = globs;\nexport default config;`,
      'globs.mjs': "export const globs = ['orders:read'];",
    });
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
        cwd: folder.path,
      });
    git('init', '-q');
    expect((await folder.claimgen('build')).exitCode).toBe(0);
    git('add', '.');
    git('commit', '-qm', 'first');
    folder.write({ 'globs.mjs': "export const globs = ['*'];" });
    // A process of its own, as modules are loaded once.
    let out = '';
    try {
      out = execFileSync(process.execPath, [bin, 'check', '--json', '--base', 'HEAD'], {
        cwd: folder.path,
        encoding: 'utf8',
      });
    } catch (error) {
      out = (error as { stdout: string }).stdout;
    }
    expect(JSON.parse(out).changes.audiences[0].permissions.added).toEqual(['orders:write']);
  });

  describe('that imports packages', () => {
    /** Projects in a repository with the packages where npm would put them. */
    function installed(at: string, packages: string) {
      const under = (name: string) => (at === '' ? name : `${at}/${name}`);
      const folder = projectFolder({
        '.gitignore': 'node_modules\n',
        [under('catalog.json')]: CATALOG['catalog.json'],
        [under('claimgen.config.mjs')]:
          `import { defineConfig } from '@claimgen/generator';\nimport { claim } from 'claims';\nimport { globs } from './globs.mjs';\nconst config = ${json};\nconfig.audiences.orders.globs = globs;\nexport default defineConfig({ ...config, claim });`,
        [under('globs.mjs')]: "export const globs = ['orders:read'];",
        [`${packages}node_modules/claims/package.json`]:
          '{"name":"claims","type":"module","main":"index.js"}',
        [`${packages}node_modules/claims/index.js`]: "export const claim = 'pz';",
      });
      mkdirSync(join(folder.path, packages, 'node_modules/@claimgen'));
      symlinkSync(
        fileURLToPath(new URL('../..', import.meta.url)),
        join(folder.path, packages, 'node_modules/@claimgen/generator'),
      );
      const git = (...args: string[]) =>
        execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
          cwd: folder.path,
        });
      const claimgen = (...args: string[]) =>
        spawnSync(process.execPath, [bin, ...args], { cwd: join(folder.path, at), encoding: 'utf8' });
      git('init', '-q', '-b', 'main');
      expect(claimgen('build').status).toBe(0);
      git('add', '.');
      git('commit', '-qm', 'first');
      folder.write({ [under('globs.mjs')]: "export const globs = ['*'];" });
      expect(claimgen('build').status).toBe(0);
      return { folder, claimgen };
    }

    it.each([
      ['beside it', '', ''],
      ['at the root of a monorepo', 'apps/auth', ''],
      ['in its own folder of a monorepo', 'apps/auth', 'apps/auth/'],
    ])('is compared with a commit, with the packages %s', (_, at, packages) => {
      const { folder, claimgen } = installed(at, packages);
      const { status, stdout } = claimgen('check', '--json', '--base', 'main');
      expect(status).toBe(0);
      const { changes } = JSON.parse(stdout);
      expect(changes.audiences[0].permissions.added).toEqual(['orders:write']);
      expect(changes.notes).toEqual([
        'claimgen.config.mjs is code: it was run as it is at main, with the packages that are installed now',
      ]);
      expect(folder.snapshot().has(`${packages}node_modules/claims/index.js`)).toBe(true);
    });

    it('is what a population is sized before', () => {
      const { claimgen } = installed('', '');
      const { status, stdout, stderr } = claimgen('population', '--model', '100', '--base', 'main');
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout).toContain('base: line, bytes');
      expect(stdout.replace(/\s+/g, ' ')).toContain('note: claimgen.config.mjs is code');
    });
  });

  it.each([
    ['export default 5;', 'no default export that is an object'],
    ['export default Promise.resolve({});', 'no default export that is an object'],
    ['const a = {}; a.a = a; export default a;', 'not plain data'],
    // JSON makes an empty object of these, or leaves them out: no budget, no clients.
    ['export default new Map();', 'the default export is not plain data'],
    [
      `export default { ...${json}, budget: new Map([['bytes', 900]]) };`,
      'the value of "budget" is not plain',
    ],
    [
      `export default { ...${json}, action: { onError: () => 'omit' } };`,
      'the value of "onError" is not plain',
    ],
    [
      `export default { ...${json}, action: { source: [Symbol('roles')] } };`,
      'the value of "0" is not plain',
    ],
    ['export default await Promise.resolve({});', 'awaits at its top level'],
    ['\n\nthrow new Error("not today");', 'claimgen.config.mjs:3:1: the config fails as it runs: not today'],
    ['export default {', 'fails as it runs'],
    ['import "./gone.mjs";', 'fails as it runs'],
    ['import "gone";', 'node_modules beside the config and above it'],
    [`export default { ...${json}, claims: 1 };`, 'claims: the key "claims" is unknown here'],
  ])('refuses %j', async (text, message) => {
    const { exitCode, error } = await projectFolder({ ...CATALOG, 'claimgen.config.mjs': text }).claimgen(
      'check',
    );
    expect(exitCode).toBe(2);
    expect(error).toContain(message);
  });

  it('may have URLs, values that are not set, and modules as objects', async () => {
    const text = `import * as orders from './orders.mjs';
export default { ...${json}, budget: undefined, audiences: { orders } };`;
    const folder = projectFolder({
      ...CATALOG,
      'claimgen.config.mjs': text,
      'orders.mjs':
        "export const audience = new URL('https://orders.example/');\nexport const globs = ['*'];",
    });
    expect((await folder.claimgen('build')).error).toBe('');
  });

  it('is run as TypeScript where Node can, and says what to do where it can not', async () => {
    const text = `import type { ClaimgenConfig } from '@claimgen/generator';\nconst config: ClaimgenConfig = ${json};\nexport default config;`;
    const folder = projectFolder({ ...CATALOG, 'claimgen.config.ts': text });
    const { exitCode, error } = await folder.claimgen('build');
    if ((process.features as { typescript?: unknown }).typescript) {
      expect([exitCode, error]).toEqual([0, '']);
    } else {
      expect(exitCode).toBe(2);
      expect(error).toContain('Run claimgen with Node 22.18 or later');
    }
  });
});
