import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLAIMGEN_FILES, execute, ISSUER, installed, write } from './installed.ts';

/** The oldest that has NoInfer, the last that knows moduleResolution node10 without a warning, and the newest. */
const COMPILERS = { '5.4': '5.4.5', '5.9': '5.9.3', '7.0': '7.0.2' };
const FRAMEWORKS = [
  'express@5.3.0',
  '@types/express@5.0.6',
  'fastify@5.12.8',
  'hono@4.13.19',
  '@nestjs/common@11.2.10',
];

let folder = '';

beforeAll(() => {
  folder = installed(
    ['action-runtime', 'verifier', 'generator'],
    [
      ...Object.entries(COMPILERS).map(([name, version]) => `typescript-${name}@npm:typescript@${version}`),
      '@types/node@20.19.43',
      'esbuild@0.28.2',
      ...FRAMEWORKS,
      'reflect-metadata@0.2.2',
      'rxjs@7.8.2',
    ],
  );
  for (const type of ['commonjs', 'module']) {
    write(join(folder, type), { ...CLAIMGEN_FILES, 'package.json': { name: type, private: true, type } });
    execute(join(folder, type), 'npx', 'claimgen', 'build');
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const VERIFY = `import { createVerifier, hasPermission, isVerifierError } from '@claimgen/verifier';
import type { OrdersPermission } from '../claimgen/verifier/orders.js';
import { orders } from '../claimgen/verifier/orders.js';
import { readPermissions } from '@claimgen/verifier/unverified';
import { jwks, sign } from './issuer.js';

const verifier = createVerifier({ issuer: 'https://acme.eu.auth0.com/', layout: orders, jwks });
const name: OrdersPermission = 'orders:read';
verifier.verify(sign(orders)).then((access) => {
  console.log(access.permissions.size, hasPermission(access, name) !== hasPermission(access, 'orders:write'));
}).then(() => verifier.verify('a.b.c')).catch((error: unknown) => console.log(isVerifierError(error) && error.code));
export const shown: number = readPermissions({}, orders).size;
`;

const MISSPELT = `import { createVerifier, hasPermission } from '@claimgen/verifier';
import { orders } from '../claimgen/verifier/orders.js';

const verifier = createVerifier({ issuer: 'https://acme.eu.auth0.com/', layout: orders });
export const denied = verifier.verify('').then((access) => hasPermission(access, 'orders:raed'));
`;

const ADAPTERS = `import { createVerifier } from '@claimgen/verifier';
import { authenticate as express } from '@claimgen/verifier/express';
import { authenticate as fastify } from '@claimgen/verifier/fastify';
import { authenticate as hono } from '@claimgen/verifier/hono';
import { createGuard } from '@claimgen/verifier/nestjs';
import { authenticate as node } from '@claimgen/verifier/node';
import { orders } from '../claimgen/verifier/orders.js';

const verifier = createVerifier({ issuer: 'https://acme.eu.auth0.com/', layout: orders });
export const guards: unknown[] = [
  express(verifier).requires('orders:read'),
  fastify(verifier).requires('orders:read'),
  hono(verifier).requires('orders:read'),
  createGuard(verifier)('orders:read'),
  node(verifier, ({ access }, response) => response.end(access.subject), { requires: 'orders:read' }),
];
// @ts-expect-error no such permission
export const misspelt: unknown[] = [express(verifier).requires('orders:raed')];
`;

type Setting = readonly [type: 'commonjs' | 'module', compilers: readonly string[], options: object];
const SETTINGS: readonly Setting[] = [
  // As `tsc --init` and NestJS's starter had it for years; TypeScript 7 knows it no longer.
  ['commonjs', ['5.4', '5.9'], { module: 'commonjs', moduleResolution: 'node10', esModuleInterop: true }],
  ['commonjs', ['7.0'], { module: 'commonjs', moduleResolution: 'bundler', esModuleInterop: true }],
  ['commonjs', ['5.4', '5.9', '7.0'], { module: 'node16' }],
  ['commonjs', ['5.4', '5.9', '7.0'], { module: 'nodenext' }],
  ['commonjs', ['5.4', '5.9', '7.0'], { module: 'esnext', moduleResolution: 'bundler' }],
  ['module', ['5.4', '5.9', '7.0'], { module: 'node16' }],
  ['module', ['5.4', '5.9', '7.0'], { module: 'nodenext' }],
  ['module', ['5.4', '5.9', '7.0'], { module: 'esnext', moduleResolution: 'bundler' }],
];

describe('a project in TypeScript compiles, runs, and compiles no misspelt permission', () => {
  const cases = SETTINGS.flatMap(([type, compilers, options]) =>
    compilers.map((compiler) => [type, compiler, JSON.stringify(options), options] as const),
  );
  it.each(cases)('"type": "%s", TypeScript %s, %s', (type, compiler, _, options) => {
    const project = join(folder, type);
    const tsc = (file: string, more: object = {}) => {
      const compilerOptions = {
        target: 'es2022',
        lib: ['es2023'],
        types: ['node'],
        strict: true,
        exactOptionalPropertyTypes: true,
        outDir: 'out',
        rootDir: 'src',
        ...options,
        ...more,
      };
      write(project, { 'tsconfig.json': { compilerOptions, files: [`src/${file}`] } });
      return execute(project, process.execPath, `../node_modules/typescript-${compiler}/bin/tsc`, '-p', '.');
    };
    rmSync(join(project, 'out'), { recursive: true, force: true });
    write(project, {
      'src/verify.ts': VERIFY,
      'src/issuer.ts': ISSUER,
      'src/misspelt.ts': MISSPELT,
      'src/adapters.ts': ADAPTERS,
    });

    // Our declarations are checked, too.
    tsc('verify.ts', { skipLibCheck: false });
    const script = join(
      project,
      'out',
      runnable(project, 'module' in options && options.module === 'esnext'),
    );
    // Jest and older runtimes can't require ES modules.
    expect(execute(project, process.execPath, '--no-experimental-require-module', script)).toBe(
      '1 true\ntoken_malformed\n',
    );

    expect(() => tsc('misspelt.ts')).toThrow(/misspelt\.ts.*TS2345.*orders:raed/s);
    tsc('adapters.ts', { skipLibCheck: true });
  });
});

/** What to run: what is for a bundler is bundled first. */
function runnable(project: string, bundled: boolean): string {
  if (!bundled) return 'verify.js';
  const flags = ['--bundle', '--platform=node', '--format=cjs', '--outfile=out/bundle.cjs'];
  execute(project, 'npx', 'esbuild', 'src/verify.ts', ...flags);
  return 'bundle.cjs';
}
