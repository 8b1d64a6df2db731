// The shape of a lock: what of it is refused, where, and with how many words.
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { generationIds } from '../../src/layout/ids.ts';
import { formatLock, readLock } from '../../src/layout/lock.ts';

type Json = Record<string, unknown>;

function generations(name: string, number: number, ...lists: readonly (readonly string[])[]): Json[] {
  const ids = generationIds(name, number, lists);
  return lists.map((permissions, index) => ({ id: ids[index], permissions }));
}

/** A layout with everything that one may have: pruned, grown, rebased, renamed, with prefixes. */
function layoutOf(name: string): Json {
  return {
    active: 1,
    from: [
      ['a/', 'https://a.example'],
      ['b/', 'https://b.example'],
    ],
    previously: [name],
    lineages: [
      [],
      generations(name, 1, ['orders:read', 'orders:write'], ['orders:refund'], ['orders:audit']),
      generations(name, 2, ['orders:read']),
    ],
  };
}

function lockOf(audiences: Json, lockfileVersion: unknown = 1): string {
  return JSON.stringify({ lockfileVersion, audiences });
}

/** What is said of a lock whose one layout has these members in place of its own: the path of each problem and its message. */
function problemsOf(members: Json): string[] {
  try {
    readLock('claimgen.lock.json', lockOf({ shop: { ...layoutOf('orders'), ...members } }));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.problems.every(({ code }) => code === 'lock_invalid')).toBe(true);
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}

const good = generations('orders', 0, ['orders:read'], ['orders:write']);
const [first, second] = good as [Json, Json];
const noGeneration = 'this is not a generation: {"id", "permissions"}';

describe('the lock', () => {
  it('has all that a layout had when it is read, its audiences sorted when it is written', () => {
    const text = lockOf({
      shop: layoutOf('orders'),
      billing: { active: 0, lineages: [generations('billing', 0, ['a'])] },
    });
    const lock = readLock('claimgen.lock.json', text);
    expect(Object.fromEntries(lock)).toEqual(JSON.parse(text).audiences);
    expect(Object.keys(JSON.parse(formatLock(lock)).audiences)).toEqual(['billing', 'shop']);
    expect(Object.keys(JSON.parse(formatLock(new Map([...lock].toReversed()))).audiences)).toEqual([
      'billing',
      'shop',
    ]);
  });

  it('has no members that its layouts lack', () => {
    const lock = readLock('claimgen.lock.json', lockOf({ orders: { active: 0, lineages: [good] } }));
    expect(lock.get('orders')).toStrictEqual({ active: 0, lineages: [good] });
  });

  it.each<[string, unknown]>([
    ['an object', {}],
    ['a string', 'orders'],
    ['empty', []],
    ['missing', undefined],
  ])('is refused where its lineages are %s', (_, lineages) => {
    expect(problemsOf({ lineages })).toEqual(['audiences.shop: there are no lineages here']);
  });

  it.each<[unknown, string?]>([
    [undefined, 'nothing'],
    [null],
    [0.5],
    [-1],
    [3],
    ['0'],
    [[0]],
    // Pruned: tokens would be written in a layout that no verifier reads.
    [0],
  ])('is refused where the active lineage is %j', (active, shown = JSON.stringify(active)) => {
    expect(problemsOf({ active })).toEqual([
      `audiences.shop.active: ${shown} is not the number of a lineage`,
    ]);
  });

  it.each<[string, unknown, string]>([
    ['null', null, noGeneration],
    ['an array', ['orders:read'], noGeneration],
    ['an object without id', { permissions: ['orders:read'] }, noGeneration],
    ['one with a number for an id', { ...first, id: 1 }, noGeneration],
    ['an object without permissions', { id: first['id'] }, noGeneration],
    [
      'one with an object of permissions',
      { ...first, permissions: { 0: 'orders:read', length: 1 } },
      noGeneration,
    ],
    ['one of no permissions', { ...first, permissions: [] }, noGeneration],
    ['one with a permission that is a number', { ...first, permissions: ['orders:read', 1] }, noGeneration],
    ['one with a permission without a name', { ...first, permissions: ['orders:read', ''] }, noGeneration],
  ])('is refused where a generation is %s', (_, generation, message) => {
    // Of the active lineage, which is not said to be missing then.
    expect(problemsOf({ active: 0, lineages: [[generation, second]] })).toEqual([
      `audiences.shop.lineages[0][0]: ${message}`,
    ]);
  });

  it('is refused where a lineage is no array, and not for the active one as well', () => {
    expect(problemsOf({ active: 0, lineages: [{}] })).toEqual([
      'audiences.shop.lineages[0]: this is not an array of generations',
    ]);
  });

  it('is told of the first id that does not fit, as later ones can’t fit either', () => {
    const lineage = generations('other', 0, ['a'], ['b'], ['c']);
    expect(problemsOf({ active: 0, lineages: [lineage] })).toEqual([
      `audiences.shop.lineages[0][0].id: the id ${JSON.stringify(lineage[0]?.['id'])} does not fit the permissions up to here: they were edited by hand or merged`,
    ]);
  });

  it('is told of the first permission with two places, within a generation or in two', () => {
    for (const [lists, at] of [
      [[['a', 'b', 'a'], ['b']], '[0].permissions[2]'],
      [
        [
          ['b', 'a'],
          ['c', 'a', 'b'],
        ],
        '[1].permissions[1]',
      ],
    ] as const) {
      expect(problemsOf({ active: 0, lineages: [generations('orders', 0, ...lists)] })).toEqual([
        `audiences.shop.lineages[0]${at}: the permission "a" has two places`,
      ]);
    }
  });

  it('is refused where two lineages begin alike', () => {
    expect(problemsOf({ active: 0, lineages: [good, good] })).toContain(
      'audiences.shop.lineages: two lineages begin alike',
    );
    // The pruned ones begin with nothing, and are none.
    expect(problemsOf({ active: 2, lineages: [[], [], generations('orders', 2, ['a'])] })).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['an object', {}],
    ['null', null],
    ['an array of strings', ['a/', 'https://a.example']],
    ['an array with a prefix without its API', [['a/']]],
    ['an array with three in a pair', [['a/', 'https://a.example', 'x']]],
    ['an array with a number for a prefix', [[1, 'https://a.example']]],
    ['an array with a number for an API', [['a/', 1]]],
    ['an array with a string of two letters', ['ab']],
    ['an array with one good pair and a bad one', [['a/', 'https://a.example'], {}]],
  ])('is refused where "from" is %s', (_, from) => {
    expect(problemsOf({ from })).toEqual([
      'audiences.shop.from: this is not an array of prefixes with their APIs',
    ]);
  });

  it.each<[string, unknown]>([
    ['a string', 'orders'],
    ['null', null],
    ['an empty array', []],
    ['an array with a number', ['orders', 1]],
    ['an array with an empty key', ['orders', '']],
    ['an array with a key twice', ['orders', 'orders']],
    ['an object like an array', { 0: 'orders', length: 1 }],
  ])('is refused where "previously" is %s', (_, previously) => {
    expect(problemsOf({ previously })).toEqual([
      'audiences.shop.previously: this is not an array of earlier keys',
    ]);
  });

  it.each([
    [{}, 'missing', /^Take the deployed/],
    [{ lockfileVersion: '1', audiences: {} }, '"1"', /^Take the deployed/],
    [{ lockfileVersion: 0, audiences: {} }, '0', /^Take the deployed/],
    [{ lockfileVersion: 2, audiences: {} }, '2', /^Update claimgen\.$/],
  ])('of %j is of no version that is known', (lock, version, fix) => {
    expect(() => readLock('claimgen.lock.json', JSON.stringify(lock))).toThrow(
      expect.objectContaining({
        problems: [
          expect.objectContaining({
            code: 'lock_invalid',
            message: `the lock's version is ${version}, and this claimgen reads 1`,
            fix: expect.stringMatching(fix),
          }),
        ],
      }),
    );
  });

  it.each([[null], ['orders'], [[]]])('is refused where a layout is %j', (layout) => {
    expect(() => readLock('claimgen.lock.json', lockOf({ shop: layout }))).toThrow(
      expect.objectContaining({
        problems: [expect.objectContaining({ message: 'there are no lineages here' })],
      }),
    );
  });

  it.each([[[]], [null], ['orders']])('is refused where its audiences are %j', (audiences) => {
    const lock = JSON.stringify({ lockfileVersion: 1, audiences });
    expect(() => readLock('claimgen.lock.json', lock)).toThrow(
      expect.objectContaining({
        problems: [
          expect.objectContaining({
            code: 'lock_invalid',
            message: 'this must be an object, with an audience by each key',
          }),
        ],
      }),
    );
  });

  it('is refused where two layouts have ids of one name', () => {
    const lineages = [generations('orders', 0, ['a'])];
    const both = { orders: { active: 0, lineages }, shop: { active: 0, previously: ['orders'], lineages } };
    expect(() => readLock('claimgen.lock.json', lockOf(both))).toThrow(
      expect.objectContaining({
        problems: [expect.objectContaining({ code: 'lock_invalid', path: 'audiences.shop' })],
      }),
    );
  });
});
