import fc from 'fast-check';
import { expect, it } from 'vitest';
import { exportName, typeName } from '../../src/verifier-module/export-name.ts';

it.each([
  ['orders', 'orders', 'OrdersPermission'],
  ['orders-eu', 'ordersEu', 'OrdersEuPermission'],
  ['Orders.EU_west', 'ordersEUWest', 'OrdersEUWestPermission'],
  ['2fa', '_2fa', '_2faPermission'],
  ['default', '_default', 'DefaultPermission'],
  ['await', '_await', 'AwaitPermission'],
  ['constructor', 'constructor', 'ConstructorPermission'],
  ['a--b.', 'aB', 'ABPermission'],
])('the audience %s is exported as %s, its permissions as %s', (name, exported, type) => {
  expect([exportName(name), typeName(name)]).toEqual([exported, type]);
});

it('every name that a config may have gives identifiers that parse', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,12}$/);
  fc.assert(
    fc.property(name, (audience) => {
      for (const identifier of [exportName(audience), typeName(audience)]) {
        expect(identifier).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
        expect(
          () => new Function(`'use strict'; const ${identifier} = 1; return ${identifier};`),
        ).not.toThrow();
      }
    }),
    { numRuns: Number(process.env['CLAIMGEN_RUNS'] ?? 500) },
  );
});
