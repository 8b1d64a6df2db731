import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../project-folder.ts';
import { EXAMPLE, WRITTEN } from './example.ts';

function filesOf(snapshot: ReadonlyMap<string, string | undefined>): string[] {
  return [...snapshot].filter(([, text]) => text !== undefined).map(([path]) => path);
}

describe('claimgen build', () => {
  it('writes the lock, the verifiers, the Action and the report, and touches nothing else', async () => {
    const folder = projectFolder({ ...EXAMPLE, 'src/index.js': 'mine', 'claimgen/notes.txt': 'mine, too' });
    const before = folder.snapshot();
    const { exitCode, error } = await folder.claimgen('build');
    expect([exitCode, error]).toEqual([0, '']);
    const after = folder.snapshot();
    expect(filesOf(after).filter((path) => !before.has(path))).toEqual([...WRITTEN]);
    for (const [path, text] of before) expect(after.get(path)).toBe(text);
  });

  it('says what it selected and found, in 80 columns', async () => {
    const { out } = await projectFolder(EXAMPLE).claimgen('build');
    for (const part of [
      'orders',
      'billing-eu',
      'prefix orders:',
      'glob invoices:*',
      'of 8,192 bytes',
      'Action claimgen-permissions',
    ]) {
      expect(out).toContain(part);
    }
    expect(out).toContain('Permissions assigned to users directly are not in the token');
    expect(out).toContain('The role table is as old as the deployed Action');
  });

  it('writes the same bytes again, and from any folder, however it is called', async () => {
    const first = projectFolder(EXAMPLE);
    await first.claimgen('build');
    const built = first.snapshot();
    await first.claimgen('build');
    expect(first.snapshot()).toEqual(built);
    const second = projectFolder({ ...EXAMPLE, 'deep/down/here': undefined });
    await second.claimgen('build', { cwd: 'deep/down/here' });
    for (const path of WRITTEN) expect(second.read(path)).toBe(built.get(path));
    const third = projectFolder({ ...EXAMPLE, elsewhere: undefined });
    await third.claimgen('build --config ../claimgen.config.yaml', { cwd: 'elsewhere' });
    for (const path of WRITTEN) expect(third.read(path)).toBe(built.get(path));
  });

  it('writes the same layouts whatever the order of the catalog, and of the permissions of a role', async () => {
    const { permissions, roles } = JSON.parse(EXAMPLE['catalog.json'] ?? '') as {
      permissions: string[];
      roles: Record<string, string[]>;
    };
    const turned = {
      roles: Object.fromEntries(Object.entries(roles).map(([role, list]) => [role, [...list].reverse()])),
      permissions: [...permissions].reverse(),
    };
    const [first, second] = [
      projectFolder(EXAMPLE),
      projectFolder({ ...EXAMPLE, 'catalog.json': JSON.stringify(turned) }),
    ];
    await first.claimgen('build');
    await second.claimgen('build');
    for (const path of WRITTEN) expect(second.read(path)).toBe(first.read(path));
  });

  it('takes the output folder from --out, as seen from the working directory', async () => {
    const folder = projectFolder({ ...EXAMPLE, below: undefined });
    expect((await folder.claimgen('build --out generated', { cwd: 'below' })).exitCode).toBe(0);
    const expected = WRITTEN.map((path) => path.replace(/^claimgen\//, 'below/generated/'));
    expect(filesOf(folder.snapshot())).toEqual([...expected, ...Object.keys(EXAMPLE)].sort());
    expect((await folder.claimgen('check --out below/generated')).exitCode).toBe(0);
    expect((await folder.claimgen('check')).exitCode).toBe(1);
  });

  it('takes an output folder that is no part of the project', async () => {
    const folder = projectFolder(EXAMPLE);
    const other = projectFolder({});
    expect((await folder.claimgen(`build --out ${other.path}/x`)).exitCode).toBe(0);
    expect(filesOf(folder.snapshot())).toEqual(['claimgen.lock.json', ...Object.keys(EXAMPLE)].sort());
    expect(filesOf(other.snapshot())).toHaveLength(WRITTEN.length - 1);
  });

  it('takes a folder for each kind of file', async () => {
    const config = `${EXAMPLE['claimgen.config.yaml']}out: { actions: tenant/actions/, verifier: ./src/auth, report: docs }\n`;
    const folder = projectFolder({ ...EXAMPLE, 'claimgen.config.yaml': config });
    await folder.claimgen('build');
    expect(filesOf(folder.snapshot()).filter((path) => !Object.keys(EXAMPLE).includes(path))).toEqual([
      'claimgen.lock.json',
      'docs/report.html',
      'docs/report.json',
      'docs/report.md',
      'src/auth/billing-eu.d.ts',
      'src/auth/billing-eu.js',
      'src/auth/billing-eu.json',
      'src/auth/orders.d.ts',
      'src/auth/orders.js',
      'src/auth/orders.json',
      'tenant/actions/claimgen-permissions.json',
      'tenant/actions/claimgen-permissions/code.js',
    ]);
  });

  it('writes Action and report of an environment into its folder, and the verifiers and the lock once for all', async () => {
    const folder = projectFolder(EXAMPLE);
    await folder.claimgen('build');
    const base = folder.snapshot();
    expect((await folder.claimgen('build --env prod')).exitCode).toBe(0);
    const after = folder.snapshot();
    expect(filesOf(after).filter((path) => !base.has(path))).toEqual([
      'claimgen/prod/actions/claimgen-permissions.json',
      'claimgen/prod/actions/claimgen-permissions/code.js',
      'claimgen/prod/report.html',
      'claimgen/prod/report.json',
      'claimgen/prod/report.md',
    ]);
    for (const [path, text] of base) expect(after.get(path)).toBe(text);
    expect(after.get('claimgen/prod/actions/claimgen-permissions/code.js')).not.toBe(
      after.get('claimgen/actions/claimgen-permissions/code.js'),
    );
    // Where environments differ, the verifier must be told which one it stands in.
    expect(JSON.parse(folder.read('claimgen/verifier/orders.json')).audience).toBeUndefined();
  });

  it('keeps the layout of an audience that leaves the config, for its return', async () => {
    const folder = projectFolder(EXAMPLE);
    await folder.claimgen('build');
    const lock = folder.read('claimgen.lock.json');
    const without = (EXAMPLE['claimgen.config.yaml'] ?? '').replace(/ {2}billing-eu:[\s\S]*$/, '');
    folder.write({ 'claimgen.config.yaml': without });
    expect((await folder.claimgen('build')).exitCode).toBe(0);
    expect(folder.read('claimgen.lock.json')).toBe(lock);
  });

  it('rebuilds a lost lock from the verifiers, to the byte', async () => {
    const folder = projectFolder(EXAMPLE);
    await folder.claimgen('build');
    const built = folder.snapshot();
    rmSync(join(folder.path, 'claimgen.lock.json'));
    expect((await folder.claimgen('build')).exitCode).toBe(2);
    expect((await folder.claimgen('build --restore-lock')).exitCode).toBe(0);
    expect(folder.snapshot()).toEqual(built);
  });

  it('writes modules that can be imported and equal their JSON', async () => {
    const folder = projectFolder({ ...EXAMPLE, 'package.json': '{"type": "module"}' });
    await folder.claimgen('build');
    for (const [file, name] of [
      ['orders', 'orders'],
      ['billing-eu', 'billingEu'],
    ] as const) {
      const module = await import(pathToFileURL(join(folder.path, `claimgen/verifier/${file}.js`)).href);
      expect(Object.keys(module).sort()).toEqual(['default', name].sort());
      expect(module.default).toBe(module[name]);
      expect(module.default).toEqual(JSON.parse(folder.read(`claimgen/verifier/${file}.json`)));
    }
  });
});

describe('a build over the budget', () => {
  const over = {
    ...EXAMPLE,
    'claimgen.config.yaml': `${EXAMPLE['claimgen.config.yaml']}budget: { bytes: 600 }\n`,
  };
  const reports = WRITTEN.filter((path) => path.includes('/report.'));

  it('writes the report alone and exits with 1', async () => {
    const folder = projectFolder(over);
    const { exitCode, out } = await folder.claimgen('build');
    expect(exitCode).toBe(1);
    expect(out.replace(/\s+/g, ' ')).toMatch(
      /FAILED orders: a user's line can have [\d,]+ bytes, [\d,]+ over the budget of 600 \(budget\.bytes\)/,
    );
    expect(filesOf(folder.snapshot())).toEqual([...reports, ...Object.keys(over)].sort());
  });

  it('leaves what an earlier build wrote', async () => {
    const folder = projectFolder(EXAMPLE);
    await folder.claimgen('build');
    const built = folder.snapshot();
    folder.write(over);
    await folder.claimgen('build');
    const after = folder.snapshot();
    for (const path of WRITTEN) expect(after.get(path) === built.get(path)).toBe(!reports.includes(path));
  });

  it('writes all with --allow-over-budget, and check fails all the same', async () => {
    const folder = projectFolder(over);
    expect((await folder.claimgen('build --allow-over-budget')).exitCode).toBe(0);
    expect(filesOf(folder.snapshot())).toEqual([...WRITTEN, ...Object.keys(over)].sort());
    expect((await folder.claimgen('check')).exitCode).toBe(1);
    expect((await folder.claimgen('check --allow-over-budget')).exitCode).toBe(2);
  });
});
