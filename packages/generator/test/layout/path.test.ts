// The path through classes of permissions, against the greedy tour written down plainly: shortest link first, two links a class, no circles.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify, type RoleClasses } from '../../src/layout/order/classes.ts';
import { greedyPath } from '../../src/layout/order/path.ts';
import { seededRandom, shuffled } from '../../src/model/random.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 100);

type Link = readonly [one: number, other: number];

/** Joins fragments by the shortest of the candidate links, the first of equals, until there is one. */
function plainPath(classes: RoleClasses, candidates: (ends: ReadonlySet<number>) => Link[]): number[] {
  /** Fragments by both of their ends. */
  const fragments = new Map(classes.members.map((_, index) => [index, [index]]));
  let path = [0];
  while (path.length < classes.members.length) {
    const links = candidates(new Set(fragments.keys()));
    const byLength: Link[][] = [];
    for (const link of links) {
      const length = classes.distance(...link);
      byLength[length] ??= [];
      byLength[length].push(link);
    }
    for (const [one, other] of byLength.flat()) {
      const left = fragments.get(one);
      const right = fragments.get(other);
      if (left === undefined || right === undefined || left === right) continue;
      fragments.delete(one);
      fragments.delete(other);
      path = [
        ...(left.at(-1) === one ? left : left.toReversed()),
        ...(right[0] === other ? right : right.toReversed()),
      ];
      fragments.set(path[0] as number, path).set(path.at(-1) as number, path);
    }
  }
  return (path[0] as number) <= (path.at(-1) as number) ? path : path.toReversed();
}

function neighbours(row: readonly number[], reach: number): Link[] {
  const links: Link[] = [];
  for (const [index, one] of row.entries()) {
    for (const other of row.slice(index + 1, index + 1 + reach)) links.push([one, other]);
  }
  return links;
}

/** All pairs up to 700 ends; of more those that are near to each other in one of five orders. */
function candidatesOf({ members, byRole }: RoleClasses): (ends: ReadonlySet<number>) => Link[] {
  const all = members.map((_, index) => index);
  const held = byRole.map((classes) => new Set(classes));
  const bySize = byRole
    .map((_, role) => role)
    .sort((a, b) => (byRole[a]?.length ?? 0) - (byRole[b]?.length ?? 0));
  const random = seededRandom(1);
  const roleOrders =
    members.length <= 700
      ? []
      : [bySize, bySize.toReversed(), shuffled(byRole.length, random), shuffled(byRole.length, random)];
  const rows = [
    all,
    ...roleOrders.map((roleOrder) =>
      all.toSorted((one, other) => {
        const role = roleOrder.find((each) => held[each]?.has(one) !== held[each]?.has(other));
        return role === undefined ? one - other : held[role]?.has(one) ? -1 : 1;
      }),
    ),
  ];
  return (ends) => {
    const left = rows.map((row) => row.filter((each) => ends.has(each)));
    return ends.size <= 700
      ? neighbours(left[0] ?? [], ends.size)
      : left.flatMap((row) => neighbours(row, 2));
  };
}

/** Roles that tell all permissions apart, by the binary digits of their numbers, and some that hold any. */
function rolesThatTellApart(count: number): number[][] {
  const random = seededRandom(5);
  const numbers = Array.from({ length: count }, (_, index) => index);
  const digits = Array.from({ length: 11 }, (_, digit) =>
    numbers.filter((each) => ((each >> digit) & 1) === 1),
  );
  const others = Array.from({ length: 30 }, (_, role) =>
    Array.from({ length: 20 + 9 * (role % 5) }, () => random(count)),
  );
  return [...digits, ...others];
}

describe('the path through classes', () => {
  it('is the greedy tour over all pairs, whatever the roles', () => {
    const tables = fc
      .integer({ min: 1, max: 60 })
      .chain((count) =>
        fc.tuple(
          fc.constant(count),
          fc.array(fc.array(fc.nat({ max: count - 1 }), { maxLength: count }), { maxLength: 40 }),
        ),
      );
    fc.assert(
      fc.property(tables, ([count, roles]) => {
        const classes = classify(count, roles);
        expect(greedyPath(classes)).toEqual(plainPath(classes, candidatesOf(classes)));
      }),
      { numRuns: runs },
    );
  });

  it.each([701, 1500])('is the greedy tour over near ones where there are many classes: %i', (count) => {
    const classes = classify(count, rolesThatTellApart(count));
    expect(classes.members).toHaveLength(count);
    expect(greedyPath(classes)).toEqual(plainPath(classes, candidatesOf(classes)));
  });
});

describe('classes of permissions', () => {
  it('have the permissions that the same roles hold, by their first permission, and know how many roles tell them apart', () => {
    const tables = fc
      .integer({ min: 1, max: 30 })
      .chain((count) =>
        fc.tuple(
          fc.constant(count),
          fc.array(fc.array(fc.nat({ max: count - 1 }), { maxLength: 12 }), { maxLength: 70, size: 'max' }),
        ),
      );
    fc.assert(
      fc.property(tables, ([count, roles]) => {
        const holders = (permission: number) =>
          roles.flatMap((role, index) => (role.includes(permission) ? [index] : []));
        const byHolders = new Map<string, number[]>();
        for (let permission = 0; permission < count; permission++) {
          const key = holders(permission).join();
          byHolders.set(key, [...(byHolders.get(key) ?? []), permission]);
        }
        const { members, byRole, distance, words } = classify(count, roles);
        expect(members).toEqual([...byHolders.values()]);
        expect(words).toBe(Math.ceil(roles.length / 32));
        const holdersOf = members.map(([permission]) => new Set(holders(permission as number)));
        expect(byRole.map((held) => [...held].sort((a, b) => a - b))).toEqual(
          roles.map((_, role) => members.flatMap((_, index) => (holdersOf[index]?.has(role) ? [index] : []))),
        );
        for (const [one, ofOne] of holdersOf.entries()) {
          for (const [other, ofOther] of holdersOf.entries())
            expect(distance(one, other)).toBe(
              roles.filter((_, role) => ofOne.has(role) !== ofOther.has(role)).length,
            );
        }
      }),
      { numRuns: Math.max(20, Math.ceil(runs / 4)) },
    );
  });
});
