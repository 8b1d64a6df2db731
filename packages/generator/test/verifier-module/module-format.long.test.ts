import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { EXAMPLE } from '../build/example.ts';
import { projectFolder } from '../project-folder.ts';

type Files = Readonly<Record<string, string | undefined>>;

async function built(files: Files) {
  const folder = projectFolder({ ...EXAMPLE, ...files });
  const { exitCode, error } = await folder.claimgen('build');
  expect([exitCode, error]).toEqual([0, '']);
  expect((await folder.claimgen('check')).exitCode).toBe(0);
  return folder;
}

/** What a script of the project prints; jest, too, reads modules without Node's help, so that is switched off. */
function run(cwd: string, name: string): string {
  const flags = ['--no-experimental-require-module', '--no-experimental-detect-module', '--no-warnings'];
  const known = flags.filter((flag) => process.allowedNodeEnvironmentFlags.has(flag.replace('--no-', '--')));
  return execFileSync(process.execPath, [...known, name], { cwd, encoding: 'utf8' });
}

const READ = {
  'read.cjs':
    "const { orders, default: same } = require('./claimgen/verifier/orders.js'); console.log(orders.name, same === orders);",
  'read.mjs': "import { orders } from './claimgen/verifier/orders.js'; console.log(orders.name);",
};

describe('a verifier module', () => {
  it.each<[what: string, files: Files]>([
    ['"type": "commonjs"', { 'package.json': '{"type": "commonjs"}' }],
    ['no "type"', { 'package.json': '\uFEFF{"name": "nest"}' }],
    ['a "type" that Node does not know', { 'package.json': '{"type": "umd"}' }],
    [
      '"type": "commonjs" in the nearest of two',
      { 'package.json': '{"type": "module"}', 'claimgen/package.json': '{}' },
    ],
  ])('is CommonJS, which import reads as well, where package.json has %s', async (_, files) => {
    const folder = await built({ ...files, ...READ });
    expect(folder.read('claimgen/verifier/orders.js')).toContain('exports.orders = {');
    expect(run(folder.path, 'read.cjs')).toBe('orders true\n');
    expect(run(folder.path, 'read.mjs')).toBe('orders\n');
  });

  it.each<[what: string, files: Files]>([
    ['package.json has "type": "module"', { 'package.json': '{"type": "module"}' }],
    [
      'the nearest package.json has it',
      { 'package.json': '{}', 'claimgen/verifier/package.json': '{"type": "module"}' },
    ],
    ['there is no package.json', {}],
  ])('is an ES module where %s', async (_, files) => {
    const folder = await built({ ...files, ...READ });
    expect(folder.read('claimgen/verifier/orders.js')).toContain('export const orders = {');
    if (Object.keys(files).length > 0) expect(run(folder.path, 'read.mjs')).toBe('orders\n');
  });

  it('is CommonJS with an export of any name, such as those that a CommonJS module has already', async () => {
    const names = ['exports', 'module', 'require', 'default', 'orders-eu', '1st'];
    const audiences = names.map((name) => [
      name,
      { audience: `https://${name}.example`, globs: ['orders:*'] },
    ]);
    const folder = await built({
      'package.json': '{}',
      'claimgen.config.yaml': JSON.stringify({
        catalog: 'catalog.json',
        claim: 'https://acme.example/permissions',
        audiences: Object.fromEntries(audiences),
      }),
      'read.cjs': `for (const name of ${JSON.stringify(names)}) console.log(require('./claimgen/verifier/' + name + '.js').default.name);`,
    });
    expect(run(folder.path, 'read.cjs').trim().split('\n')).toEqual(names);
  });

  it('is what the package.json above says, where a folder has that name', async () => {
    const folder = projectFolder({
      ...EXAMPLE,
      'package.json': '{"type": "module"}',
      'claimgen/package.json/x': '',
    });
    expect((await folder.claimgen('build')).exitCode).toBe(0);
    expect(folder.read('claimgen/verifier/orders.js')).toContain('export const orders = {');
  });

  it('is stale once the project changes its module format', async () => {
    const folder = await built({ 'package.json': '{"type": "module"}' });
    folder.write({ 'package.json': '{"type": "commonjs"}' });
    expect((await folder.claimgen('check')).exitCode).toBe(1);
    expect((await folder.claimgen('build')).exitCode).toBe(0);
    expect((await folder.claimgen('check')).exitCode).toBe(0);
  });

  it('is not written where package.json is no JSON, since nobody can tell what it would be', async () => {
    const folder = projectFolder({ ...EXAMPLE, 'package.json': '{"type": ' });
    const { exitCode, error } = await folder.claimgen('build');
    expect(exitCode).toBe(2);
    expect(error).toContain('package.json');
    expect(folder.snapshot().has('claimgen.lock.json')).toBe(false);
  });

  it('of a package is written as both, for import and for require', async () => {
    const folder = await built({
      'package.json': '{"type": "commonjs"}',
      'claimgen.config.yaml': `${EXAMPLE['claimgen.config.yaml']}package: { name: "@acme/permissions" }\n`,
      'read.cjs': "console.log(require('@acme/permissions/orders').orders.name);",
      'read.mjs': "import { orders } from '@acme/permissions/orders'; console.log(orders.name);",
    });
    execFileSync(
      'npm',
      ['install', '--no-audit', '--no-fund', '--offline', './claimgen/verifier', '--legacy-peer-deps'],
      {
        cwd: folder.path,
        stdio: 'pipe',
      },
    );
    expect(run(folder.path, 'read.cjs')).toBe('orders\n');
    expect(run(folder.path, 'read.mjs')).toBe('orders\n');
    // A package no longer: what only it needed is left over.
    folder.write({ 'claimgen.config.yaml': EXAMPLE['claimgen.config.yaml'] ?? '' });
    const check = await folder.claimgen('check');
    expect(check.exitCode).toBe(1);
    expect(check.out).toContain('claimgen/verifier/orders.cjs');
    expect(check.out).toContain('claimgen/verifier/orders.d.cts');
  });
});
