// The bound for users of a few roles, against the formulas of docs/explanation/proof.md written down again, and the search beside it.
import { type ClaimTable, encodeClaim } from '@claimgen/action-runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BoundedUsers, boundedClaim, largestFound } from '../../src/budget/bounded-users.ts';
import { jsonBytes } from '../../src/budget/worst-claim.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 100);

type Sets = readonly (readonly number[])[];

function tableOf(encoding: 'bitset' | 'names', ends: readonly number[], asOf = false): ClaimTable {
  const names = Array.from({ length: ends.at(-1) ?? 0 }, (_, place) => 'n'.repeat(1 + (place % 7)) + place);
  const ids = ends.map(() => 'AAAAAA');
  return { encoding, names, ids, ends, ...(asOf ? { asOf: 'event' as const } : {}) };
}

function largest(values: readonly number[], count: number): number {
  const sorted = values.toSorted((a, b) => b - a);
  return sorted.slice(0, count).reduce((sum, value) => sum + value, 0);
}

/** Exp-Golomb(a) of `count` numbers of this sum, when all are equal: E(r, V). */
function golomb(count: number, sum: number, a: number): number {
  return count === 0 ? 0 : 2 * count * Math.log2(sum / count + 2 ** a) + count * (1 - a);
}

function leastOf(bits: (parameter: number) => number): number {
  return Math.min(...Array.from({ length: 16 }, (_, parameter) => bits(parameter)));
}

/** So many places from one on. */
function stretch(from: number, many: number): number[] {
  return Array.from({ length: many }, (_, index) => from + index);
}

function formula({ table, roles, places, mostRoles, mostDirect }: BoundedUsers): number {
  const reachable: Sets = mostRoles === 0 ? [] : roles;
  const direct = mostDirect === 0 ? [] : places;
  const end = 1 + Math.max(-1, ...reachable.flat(), ...direct);
  const ids = end === 0 ? 1 : 1 + table.ends.filter((bound) => bound < end).length;
  const frame = 2 + 6 * ids + 1 + (table.asOf === undefined ? 0 : 7);
  // The empty set has one character.
  if (end === 0) return frame + 1;
  const below = places.filter((place) => place < end).length;
  const runsOf = (set: readonly number[]) => set.filter((place) => !set.includes(place - 1)).length;
  const held = Math.min(
    below,
    largest(
      reachable.map((set) => set.length),
      mostRoles,
    ) + mostDirect,
  );
  const stretches = Math.min(held, largest(reachable.map(runsOf), mostRoles) + mostDirect);
  const raw = 1 + Math.ceil(end / 6);
  const gaps = Math.ceil((6 + leastOf((p) => held * (1 + p) + Math.floor((end - held) / 2 ** p))) / 6);
  const inRuns = Math.ceil(
    (10 +
      Math.floor(leastOf((a) => golomb(stretches, end, a)) + 1e-6) +
      Math.floor(leastOf((b) => golomb(stretches, held, b)) + 1e-6)) /
      6,
  );
  return frame + Math.min(raw, gaps, inRuns);
}

const sets = (most: number, sizes: { minLength?: number; maxLength: number }) =>
  fc.array(
    fc
      .record({
        from: fc.nat(most),
        step: fc.constantFrom(1, 1, 1, 2, 3, 7, 40),
        many: fc.integer({ min: 0, max: 40 }),
      })
      .map(({ from, step, many }) =>
        Array.from({ length: many }, (_, index) => from + index * step).filter((place) => place <= most),
      ),
    sizes,
  );

const situations = fc
  .record({
    ends: fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 }),
    asOf: fc.boolean(),
    mostRoles: fc.nat(4),
    mostDirect: fc.nat(5),
    away: fc.nat(12),
  })
  .chain(({ ends: sizes, asOf, mostRoles, mostDirect, away }) => {
    const ends = sizes.map((_, index) => sizes.slice(0, index + 1).reduce((sum, size) => sum + size, 0));
    const last = (ends.at(-1) as number) - 1;
    const places = Array.from({ length: last + 1 }, (_, place) => place).filter(
      (place) => away < 2 || place % away !== 1,
    );
    const known = new Set(places);
    return sets(last, { maxLength: 7 }).map(
      (roles): BoundedUsers => ({
        table: tableOf('bitset', ends, asOf),
        roles: roles.map((role) => role.filter((place) => known.has(place))),
        places,
        mostRoles,
        mostDirect,
      }),
    );
  });

describe('the bound for users of a few roles', () => {
  it('is the least of raw, gaps and runs, each with what such users hold at most', () => {
    fc.assert(
      fc.property(situations, (users) => {
        expect(boundedClaim(users)).toBe(formula(users));
      }),
      { numRuns: runs * 2 },
    );
  });

  it.each<[string, Sets, number, number, number]>([
    // 2 quotes, 6 characters for the generation, a dot.
    ['nobody who holds anything', [[0, 50]], 0, 0, 10],
    ['roles that grant nothing', [[], []], 2, 0, 10],
    ['one place at the beginning, raw', [[0]], 1, 0, 11],
    // 6 bits, and 9 for the place with a parameter of 8, and one for what is left of it: 16.
    ['one place far away, in gaps', [[399]], 1, 0, 9 + 3],
    // 6 bits, and 7 for each place with a parameter of 6, and 7 for what is left of them: 55.
    ['any six places, in gaps', [], 0, 6, 9 + 10],
    // 10 bits, 9 + 3 for 512 places with a parameter of 9, and 6 + 3 for 64 held with one of 6: 31.
    ['64 up to the 512th, in runs', [stretch(448, 64)], 1, 0, 9 + 6],
    // However often the ten are granted: 6 bits, and one for each.
    ['ten that all roles grant, in gaps', [stretch(0, 10), stretch(0, 10), stretch(0, 10)], 3, 0, 9 + 3],
    ['a stretch, in runs', [Array.from({ length: 200 }, (_, index) => index + 150)], 1, 0, 9 + 6],
  ])('of %s is what the proof says', (_, roles, mostRoles, mostDirect, bytes) => {
    const places = stretch(0, 512);
    const users = { table: tableOf('bitset', [512]), roles, places, mostRoles, mostDirect };
    expect(boundedClaim(users)).toBe(formula(users));
    expect(boundedClaim(users)).toBe(bytes);
  });

  it('counts no place behind the last that such users reach, not even the next', () => {
    const far = stretch(0, 10).map((index) => 40 * index);
    // 6 bits, and 6 for each of ten places with a parameter of 5, and 10 for what is left of them: 76.
    for (const behind of [[], [361], [361, 362, 400]]) {
      const users = { table: tableOf('bitset', [512]), roles: [far, far, far], places: [...far, ...behind] };
      expect(boundedClaim({ ...users, mostRoles: 3, mostDirect: 0 })).toBe(9 + 13);
    }
  });

  it('has no id of a generation that no such user reaches', () => {
    const table = tableOf('bitset', [10, 400]);
    const users = { table, roles: [[300]], places: stretch(0, 400) };
    const nothing = boundedClaim({ ...users, mostRoles: 0, mostDirect: 0 });
    expect(nothing).toBe(2 + 6 + 1 + 1);
    const [first, second] = [[9], [10]].map((role) =>
      boundedClaim({ ...users, roles: [role], mostRoles: 1, mostDirect: 0 }),
    );
    expect(first).toBe(2 + 6 + 1 + 2);
    expect(second).toBe(2 + 12 + 1 + 2);
  });

  it('knows no parameter above 15, as the four bits of the encoder', () => {
    const last = 2 ** 19;
    const table: ClaimTable = { encoding: 'bitset', names: [], ids: ['AAAAAA'], ends: [last + 1] };
    const users = { table, roles: [[last]], places: [last], mostRoles: 1, mostDirect: 0 };
    // In gaps 6 bits, and 16 for the place and 16 for what is left of it; in runs 37.
    expect(boundedClaim(users)).toBe(2 + 6 + 1 + 7);
  });

  it('of names is the largest roles and the longest names together, and at most all names', () => {
    fc.assert(
      fc.property(sets(30, { maxLength: 5 }), fc.nat(4), fc.nat(4), (roles, mostRoles, mostDirect) => {
        const table = tableOf('names', [31]);
        const places = table.names.map((_, place) => place);
        const size = (place: number) => jsonBytes(table.names[place]) + 1;
        const total = (set: readonly number[]) => set.reduce((sum, place) => sum + size(place), 0);
        const most = largest(roles.map(total), mostRoles) + largest(places.map(size), mostDirect);
        const bytes = Math.max(2, 1 + Math.min(most, jsonBytes(table.names) - 1));
        expect(boundedClaim({ table, roles, places, mostRoles, mostDirect })).toBe(bytes);
      }),
      { numRuns: runs },
    );
  });
});

describe('the search for the largest claim of such users', () => {
  const lengthOf = (table: ClaimTable, held: Iterable<number>) =>
    jsonBytes(
      encodeClaim(
        table,
        [...new Set(held)].sort((a, b) => a - b),
      ),
    );

  it('finds the largest of all users of one role or one place', () => {
    fc.assert(
      fc.property(situations, fc.boolean(), ({ table, roles, places: all }, ofRoles) => {
        const places = all.slice(-48);
        const one = ofRoles ? roles : places.map((place) => [place]);
        const found = largestFound({
          table,
          roles,
          places,
          mostRoles: ofRoles ? 1 : 0,
          mostDirect: ofRoles ? 0 : 1,
        });
        expect(found).toBe(Math.max(lengthOf(table, []), ...one.map((held) => lengthOf(table, held))));
      }),
      { numRuns: Math.ceil(runs / 3) },
    );
  });

  it('finds the largest of all users of two of a few roles', () => {
    fc.assert(
      fc.property(situations, ({ table, roles: many, places }) => {
        const roles = many.slice(0, 3);
        const pairs = [[], ...roles].flatMap((one) => [[], ...roles].map((other) => [...one, ...other]));
        const found = largestFound({ table, roles, places, mostRoles: 2, mostDirect: 0 });
        expect(found).toBe(Math.max(...pairs.map((held) => lengthOf(table, held))));
      }),
      { numRuns: Math.ceil(runs / 3) },
    );
  });

  it('finds two roles that are more together than the largest with either', () => {
    const table = tableOf('names', [60]);
    const roles = [[...stretch(0, 12), ...stretch(20, 12)], stretch(0, 20), stretch(20, 20)];
    expect(largestFound({ table, roles, places: stretch(0, 60), mostRoles: 2, mostDirect: 0 })).toBe(
      lengthOf(table, stretch(0, 40)),
    );
  });

  it('reaches the bound of names where roles share nothing and direct permissions are in none of them', () => {
    const table = tableOf('names', [60]);
    const places = table.names.map((_, place) => place);
    const roles = Array.from({ length: 8 }, (_, role) =>
      places.slice(role, 40).filter((place) => place % 8 === role && place % 7 !== 6),
    );
    for (const [mostRoles, mostDirect] of [
      [0, 0],
      [1, 0],
      [3, 0],
      [0, 3],
      [2, 3],
      [9, 60],
    ] as const) {
      const users = { table, roles, places, mostRoles, mostDirect };
      const best = boundedClaim(users);
      expect(largestFound(users)).toBeLessThanOrEqual(best);
      if (mostDirect === 0) expect(largestFound(users)).toBe(best);
    }
    // Places of the longest names, which no role grants.
    const users = { table, roles, places: places.slice(-48), mostRoles: 2, mostDirect: 5 };
    const longest = largest(
      users.places.map((place) => jsonBytes(table.names[place]) + 1),
      5,
    );
    const ofRoles = largest(
      roles.map((role) => jsonBytes(role.map((place) => table.names[place])) - 1),
      2,
    );
    expect(largestFound(users)).toBe(1 + ofRoles + longest);
  });

  it('tries the 48 roles with the most runs, and 48 places from the last one down', () => {
    const ends = [2000];
    const places = Array.from({ length: 2000 }, (_, place) => place);
    // Each by itself is longer the more runs it has, and the last one has the most.
    const roles = Array.from({ length: 400 }, (_, role) => stretch(role, 2)).with(
      399,
      places.filter((place) => place % 13 === 0),
    );
    const table = tableOf('bitset', ends);
    const longest = Math.max(...roles.map((role) => lengthOf(table, role)));
    expect(largestFound({ table, roles, places, mostRoles: 1, mostDirect: 0 })).toBe(longest);
    // For one place, the last.
    const names = tableOf('names', [2000]);
    expect(largestFound({ table, roles: [], places, mostRoles: 0, mostDirect: 1 })).toBe(
      lengthOf(table, [1999]),
    );
    const found = largestFound({ table: names, roles: [], places, mostRoles: 0, mostDirect: 60 });
    expect(found).toBeGreaterThanOrEqual(
      lengthOf(names, places.filter((place) => (1999 - place) % 41 === 0).slice(-48)),
    );
  });
});
