import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderPermissions } from '../../src/layout/order/order.ts';
import { modelUsers } from '../../src/layout/order/population.ts';
import { seededRandom, shuffled } from '../../src/model/random.ts';
import { lexicographic, meanCharacters, names } from './orders.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 200);
const data = process.env['CLAIMGEN_DATA'];

type Roles = readonly (readonly number[])[];

const tables = fc
  .integer({ min: 1, max: 80 })
  .chain((count) =>
    fc.tuple(fc.constant(count), fc.array(fc.array(fc.nat({ max: count - 1 })), { maxLength: 12 })),
  );

describe('orderPermissions', () => {
  test('gives every permission one place, whatever the roles', () => {
    fc.assert(
      fc.property(tables, ([count, roles]) => {
        const order = orderPermissions(names(count), roles);
        expect([...order].sort((x, y) => x - y)).toEqual(lexicographic(count));
      }),
      { numRuns: Math.ceil(runs / 10) },
    );
  });

  test('gives the same order for the same arguments, and leaves them alone', () => {
    fc.assert(
      fc.property(tables, ([count, roles]) => {
        const frozen: Roles = Object.freeze(roles.map((role) => Object.freeze(role)));
        const first = orderPermissions(Object.freeze(names(count)), frozen);
        expect(orderPermissions(names(count), structuredClone(roles))).toEqual(first);
      }),
      { numRuns: Math.ceil(runs / 20) },
    );
  });

  test('keeps lexicographic order where no role holds anything', () => {
    expect(orderPermissions(names(5), [])).toEqual([0, 1, 2, 3, 4]);
    expect(orderPermissions(names(5), [[], []])).toEqual([0, 1, 2, 3, 4]);
    expect(orderPermissions([], [])).toEqual([]);
  });

  test('puts permissions of the same roles side by side', () => {
    const even = [0, 2, 4, 6, 8, 10, 12, 14, 16, 18];
    const order = orderPermissions(names(20), [even, even, [1, 3, 5]]);
    const places = even.map((permission) => order.indexOf(permission)).sort((x, y) => x - y);
    expect(Math.max(...places) - Math.min(...places)).toBe(even.length - 1);
  });

  test('takes the indices of a role in any order, doubled or not', () => {
    const table = [
      [4, 1, 7, 9, 12, 15],
      [2, 1, 4],
      [8, 7, 19, 3],
    ];
    const mixed = table.map((role) => [...role.toReversed(), ...role]);
    expect(orderPermissions(names(20), mixed)).toEqual(orderPermissions(names(20), table));
  });

  test('never loses to lexicographic order on the population it chose by', () => {
    fc.assert(
      fc.property(tables, ([count, roles]) => {
        const held = roles.filter((role) => role.length > 0);
        if (held.length === 0) return;
        const users = modelUsers(count, held, 1);
        const order = orderPermissions(names(count), roles);
        expect(meanCharacters(order, users)).toBeLessThanOrEqual(meanCharacters(lexicographic(count), users));
      }),
      { numRuns: Math.ceil(runs / 10) },
    );
  });
});

interface RealCatalog {
  readonly permissions: readonly string[];
  readonly roles: Readonly<Record<string, readonly string[]>>;
}

function realCatalog(name: string): { count: number; permissions: string[]; roles: Roles } {
  const catalog: RealCatalog = JSON.parse(readFileSync(join(data ?? '', `${name}.json`), 'utf8'));
  const permissions = [...catalog.permissions].sort();
  const indexOf = new Map(permissions.map((permission, index) => [permission, index]));
  const roles = Object.values(catalog.roles).map((role) =>
    role.map((permission) => indexOf.get(permission) ?? -1),
  );
  return { count: permissions.length, permissions, roles };
}

describe.skipIf(data === undefined)('orderPermissions, on real catalogs', () => {
  test.each([
    ['mattermost', 9],
    ['openshift', 13],
    ['npsp', 16],
  ])('brings the mean body of %s down to %i characters for users it was not tuned on', (name, figure) => {
    const { count, permissions, roles } = realCatalog(name);
    const order = orderPermissions(permissions, roles);
    for (const seed of [2, 3, 4]) {
      expect(meanCharacters(order, modelUsers(count, roles, seed))).toBeLessThanOrEqual(figure);
    }
  });

  test.each(['mattermost', 'openshift', 'npsp'])(
    'of %s beats lexicographic order for users of roles that it did not know',
    (name) => {
      const { count, permissions, roles } = realCatalog(name);
      let ours = 0;
      let theirs = 0;
      for (const seed of [1, 2, 3, 4]) {
        const mixed = shuffled(roles.length, seededRandom(seed)).map((index) => roles[index] ?? []);
        const [known, unknown] = [mixed.slice(0, mixed.length / 2), mixed.slice(mixed.length / 2)];
        const users = modelUsers(count, unknown, seed + 10);
        ours += meanCharacters(orderPermissions(permissions, known), users);
        theirs += meanCharacters(lexicographic(count), users);
      }
      expect(ours).toBeLessThan(theirs);
    },
  );
});
