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
const adapters: [string, (requires: Name, options: object) => unknown][] = [
  ['Express', (permission, options) => authenticateExpress(verifier, options).requires(permission)],
  ['Fastify', (permission, options) => authenticateFastify(verifier, options).requires(permission)],
  ['Hono', (permission, options) => authenticateHono(verifier, options).requires(permission)],
  [
    'node:http',
    (permission, options) => authenticateNode(verifier, () => {}, { requires: permission, ...options }),
  ],
  ['NestJS', (permission, options) => createGuard(verifier, options)(permission)],
];

/** Each adapter, given something in place of a verifier or of its options. */
const makers: [string, (given: never, options?: never) => unknown][] = [
  ['Express', authenticateExpress],
  ['Fastify', authenticateFastify],
  ['Hono', authenticateHono],
  ['node:http', (given, options) => authenticateNode(given, () => {}, options)],
  ['NestJS', createGuard],
];

describe.each(makers)('%s', (_name, make) => {
  test.each([undefined, null, {}, { log: () => {} }, 'verifier', () => {}, { verify: true }])(
    'is not made with %o in place of a verifier',
    (given) => {
      expect(() => make(given as never)).toThrow(TypeError);
      expect(() => make(given as never)).toThrow(/must be given what createVerifier returns/);
    },
  );
  test.each([null, 1, 'log', true])('is not made with options of %o', (options) => {
    expect(() => make(verifier as never, options as never)).toThrow(/options of \w+ must be an object/);
  });
  test.each([null, 1, 'console', {}, console])('is not made with a log of %o', (log) => {
    expect(() => make(verifier as never, { log } as never)).toThrow(/log must be a function/);
  });
  test('takes options that are undefined for none', () => {
    expect(() => make(verifier as never, { log: undefined } as never)).not.toThrow();
    expect(() => make(verifier as never, undefined)).not.toThrow();
  });
});

test('node:http is not made without a listener', () => {
  expect(() => authenticateNode(verifier, undefined as never)).toThrow(/must be given a listener/);
});

describe.each(adapters)('%s', (_name, make) => {
  test.each([undefined, null, '', 1, {}, ['']])('can not be told to require %j', (permission) => {
    expect(() => make(permission as unknown as Name, {})).toThrow(TypeError);
    expect(() => make(permission as unknown as Name, {})).toThrow(/the permission to require/);
  });
  test('takes no option that does not exist', () => {
    expect(() => make('orders:read', { permision: 'orders:read' })).toThrow(TypeError);
    expect(() => make('orders:read', { permision: 'orders:read' })).toThrow(/permision is not an option/);
    expect(() => make('orders:read', { log: () => {} })).not.toThrow();
  });
});
