import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { projectFolder } from '../project-folder.ts';
import { hostileNames } from './names.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

test('the declared types take every name, and no other', async () => {
  const literal = (name: string): string => JSON.stringify(name).replaceAll(/[\u007f-\uffff]/g, escapeUnit);
  const uses = hostileNames.flatMap((name) => [
    `hasPermission(access, ${literal(name)});`,
    '// @ts-expect-error: one character more is another name',
    `hasPermission(access, ${literal(`${name}.`)});`,
  ]);
  const project = projectFolder({
    'claimgen.config.json': JSON.stringify({
      catalog: 'catalog.json',
      claim: 'pz',
      audiences: { orders: { audience: 'https://orders.example', exact: hostileNames } },
    }),
    'catalog.json': JSON.stringify({ permissions: hostileNames, roles: { All: hostileNames } }),
    'use.ts': [
      "import { createVerifier, hasPermission } from '@claimgen/verifier';",
      "import { orders, type OrdersPermission } from './claimgen/verifier/orders.js';",
      "const access = await createVerifier({ issuer: 'https://acme.eu.auth0.com/', layout: orders }).verify('');",
      ...uses,
      `const all: Record<OrdersPermission, true> = {${hostileNames.map((name) => `[${literal(name)}]: true`).join(', ')}};`,
      'Object.keys(all);',
      '',
    ].join('\n'),
    'package.json': '{"type":"module"}',
    'tsconfig.json': JSON.stringify({
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: {
        composite: false,
        noEmit: true,
        types: [],
        // For URL, which APIs have from Node or from a browser.
        lib: ['es2023', 'dom'],
        skipLibCheck: false,
        paths: { '@claimgen/verifier': [join(root, 'packages/verifier/dist/index.d.ts')] },
      },
      files: ['use.ts', 'claimgen/verifier/orders.d.ts'],
    }),
  });
  expect((await project.claimgen('build')).exitCode).toBe(0);
  const checked = (): string => {
    try {
      return execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', project.path], { encoding: 'utf8' });
    } catch (error) {
      return String((error as { stdout?: string }).stdout);
    }
  };
  expect(checked()).toBe('');
});

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
