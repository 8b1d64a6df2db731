import { describe, expect, test } from 'vitest';
import { authenticate as authenticateExpress } from '../../src/adapters/express.ts';
import { authenticate as authenticateFastify } from '../../src/adapters/fastify.ts';
import { authenticate as authenticateHono } from '../../src/adapters/hono.ts';
import { createGuard } from '../../src/adapters/nestjs.ts';
import { authenticate as authenticateNode } from '../../src/adapters/node.ts';
import { createVerifier } from '../../src/verifier.ts';
import type { Name } from '../support/issuer.ts';
import { ISSUER, keySet, layout, rsaKey } from '../support/issuer.ts';

const verifier = createVerifier({ issuer: ISSUER, layout, jwks: keySet(rsaKey('main')) });

/** Each adapter, told to require a permission, with options of its own. */
const adapters: [string, (permission: Name, options: object) => unknown][] = [
  ['Express', (permission, options) => authenticateExpress(verifier, options).requires(permission)],
  ['Fastify', (permission, options) => authenticateFastify(verifier, options).requires(permission)],
  ['Hono', (permission, options) => authenticateHono(verifier, options).requires(permission)],
  ['node:http', (permission, options) => authenticateNode(verifier, () => {}, { permission, ...options })],
  ['NestJS', (permission, options) => createGuard(verifier, options)(permission)],
];

describe.each(adapters)('%s', (_name, make) => {
  test.each([undefined, null, '', 1, ['orders:read']])('can not be told to require %j', (permission) => {
    expect(() => make(permission as unknown as Name, {})).toThrow(TypeError);
    expect(() => make(permission as unknown as Name, {})).toThrow(/the permission to require/);
  });
  test('takes no option that does not exist', () => {
    expect(() => make('orders:read', { permision: 'orders:read' })).toThrow(TypeError);
    expect(() => make('orders:read', { permision: 'orders:read' })).toThrow(/permision is not an option/);
    expect(() => make('orders:read', { log: () => {} })).not.toThrow();
  });
});
