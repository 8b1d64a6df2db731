import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../project-folder.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

function project(pack: object, audience = 'orders') {
  return projectFolder({
    'catalog.json': JSON.stringify({
      permissions: ['orders:read', 'orders:write'],
      roles: { Clerk: ['orders:read'] },
    }),
    'claimgen.config.json': JSON.stringify({
      catalog: 'catalog.json',
      claim: 'https://acme.example/permissions',
      package: pack,
      audiences: {
        [audience]: { audience: 'https://orders.example', globs: ['*'] },
        'billing-eu': { audience: 'https://billing.example', globs: ['*'] },
      },
    }),
  });
}

/** Links a package into another's node_modules. */
function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

describe('the package beside the verifier modules', () => {
  it('is imported by its name, types included, once npm has packed it', async () => {
    const folder = project({ name: '@acme/permissions', version: '1.2.3' });
    const { exitCode, error } = await folder.claimgen('build');
    expect([exitCode, error]).toEqual([0, '']);
    expect((await folder.claimgen('check')).exitCode).toBe(0);

    const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder.path], {
      cwd: join(folder.path, 'claimgen/verifier'),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const described = JSON.parse(packed);
    const [pack] = Array.isArray(described) ? described : Object.values(described);
    expect(pack.files.map(({ path }: { path: string }) => path).toSorted()).toEqual(
      ['billing-eu', 'orders']
        .flatMap((name) => [`${name}.cjs`, `${name}.d.cts`, `${name}.d.ts`, `${name}.js`, `${name}.json`])
        .concat('package.json'),
    );
    const installed = join(folder.path, 'api/node_modules/@acme/permissions');
    mkdirSync(installed, { recursive: true });
    execFileSync('tar', ['-xzf', join(folder.path, pack.filename), '--strip-components=1', '-C', installed]);
    link(join(root, 'packages/verifier'), join(folder.path, 'api/node_modules/@claimgen/verifier'));

    folder.write({
      'api/package.json': '{"type": "module"}',
      'api/run.js': `
        import { readPermissions } from '@claimgen/verifier/unverified';
        import { orders } from '@acme/permissions/orders';
        import billing from '@acme/permissions/billing-eu.json' with { type: 'json' };
        const payload = { [orders.claim]: orders.lineages[0][0].id + '.Aw' };
        console.log(readPermissions(payload, orders).size, billing.name);`,
      'api/types.ts': `
        import { type OrdersPermission, orders } from '@acme/permissions/orders';
        import type { Layout } from '@claimgen/verifier';
        export const layout: Layout<OrdersPermission> = orders;
        export const right: OrdersPermission = 'orders:read';
        // @ts-expect-error no such permission
        export const wrong: OrdersPermission = 'orders:reed';`,
    });
    const cwd = join(folder.path, 'api');
    const out = execFileSync(process.execPath, ['--no-warnings', 'run.js'], { cwd, encoding: 'utf8' });
    expect(out).toBe('2 billing-eu\n');
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', ''];
    execFileSync(join(root, 'node_modules/.bin/tsc'), [...flags, 'types.ts'], { cwd, stdio: 'pipe' });
  });

  it('is not written where the config names none', async () => {
    const folder = projectFolder({
      'catalog.json': '{"permissions": ["a"], "roles": {"A": ["a"]}}',
      'claimgen.config.json': JSON.stringify({
        catalog: 'catalog.json',
        claim: 'https://acme.example/permissions',
        audiences: { a: { audience: 'https://a.example', globs: ['*'] } },
      }),
    });
    expect((await folder.claimgen('build')).exitCode).toBe(0);
    expect([...folder.snapshot().keys()]).not.toContain('claimgen/verifier/package.json');
  });

  it.each([
    [{ name: 'Acme' }, 'orders', 'package.name'],
    [{ name: '../up' }, 'orders', 'package.name'],
    [{ name: 'acme', version: '1.0' }, 'orders', 'package.version'],
    [{ version: '1.0.0' }, 'orders', 'name'],
    [{ name: 'acme' }, 'Package', 'package.json'],
  ])('refuses %j for the audience %s', async (pack, audience, message) => {
    const { exitCode, error } = await project(pack, audience).claimgen('build');
    expect(exitCode).toBe(2);
    expect(error).toContain(message);
  });
});
