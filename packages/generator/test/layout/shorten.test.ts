// The path that layouts are ordered by, against the same algorithm written down plainly: a layout must not depend on how fast it was found.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classify } from '../../src/layout/order/classes.ts';
import { shortenPath } from '../../src/layout/order/shorten.ts';
import { seededRandom } from '../../src/model/random.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 100);

type Distance = (one: number, other: number) => number;

/** 2-opt and Or-opt with every link asked for when it is needed. */
function shortenPlainly(path: number[], distance: Distance, words: number): void {
  const link = (from: number, to: number): number =>
    from < 0 || to >= path.length ? 0 : distance(path[from] as number, path[to] as number);
  const workPerStep = 20 * path.length * Math.max(words, 1);
  const window = Math.min(path.length, Math.floor(40_000_000 / workPerStep));
  const rounds = Math.min(30, Math.floor(40_000_000 / (workPerStep * window)));
  for (let round = 0; round < rounds; round++) {
    const before = [...path];
    for (let from = 0; from < path.length - 1; from++) {
      for (let to = from + 1; to < path.length && to <= from + window; to++) {
        const now = link(from - 1, from) + link(to, to + 1);
        const then = (from > 0 ? link(from - 1, to) : 0) + (to + 1 < path.length ? link(from, to + 1) : 0);
        if (then < now) path.splice(from, to - from + 1, ...path.slice(from, to + 1).reverse());
      }
    }
    for (let length = 1; length <= 3; length++) {
      for (let from = 0; from + length <= path.length; from++) {
        const to = from + length - 1;
        let best = link(from - 1, from) + link(to, to + 1) - (from > 0 ? link(from - 1, to + 1) : 0);
        let target = -1;
        let turned = false;
        const last = Math.min(path.length, to + window);
        for (let at = Math.max(0, from - window); at <= last; at++) {
          if (at >= from && at <= to + 1) continue;
          const open = link(at - 1, at);
          const straight = (at > 0 ? link(at - 1, from) : 0) + link(to, at) - open;
          const reverse = (at > 0 ? link(at - 1, to) : 0) + link(from, at) - open;
          if (Math.min(straight, reverse) >= best) continue;
          [best, target, turned] = [Math.min(straight, reverse), at, reverse < straight];
        }
        if (target < 0) continue;
        const segment = path.splice(from, length);
        path.splice(target > from ? target - length : target, 0, ...(turned ? segment.reverse() : segment));
      }
    }
    if (before.every((value, index) => path[index] === value)) break;
  }
}

function distanceBetween(points: readonly (readonly [x: number, y: number])[]): Distance {
  return (one, other) => {
    const [x, y] = points[one] as readonly [number, number];
    const [u, v] = points[other] as readonly [number, number];
    return Math.abs(x - u) + Math.abs(y - v);
  };
}

function assertSamePath(count: number, distance: Distance, words: number): void {
  const path = Array.from({ length: count }, (_, index) => index);
  const plain = [...path];
  shortenPath(path, { distance, words, members: [], byRole: [] });
  shortenPlainly(plain, distance, words);
  expect(path).toEqual(plain);
}

test('is the one that the plain algorithm finds, whatever the roles', () => {
  const tables = fc
    .integer({ min: 1, max: 40 })
    .chain((count) =>
      fc.tuple(
        fc.constant(count),
        fc.array(fc.array(fc.nat({ max: count - 1 }), { maxLength: count }), { maxLength: 40 }),
      ),
    );
  fc.assert(
    fc.property(tables, ([count, roles]) => {
      const { members, distance, words } = classify(count, roles);
      assertSamePath(members.length, distance, words);
    }),
    { numRuns: runs },
  );
});

test('is the one that the plain algorithm finds, whatever the distances', () => {
  const points = fc.array(fc.tuple(fc.nat(200), fc.nat(200)), {
    minLength: 1,
    maxLength: 30,
    size: 'max',
  });
  fc.assert(
    fc.property(points, (all) => assertSamePath(all.length, distanceBetween(all), 1)),
    { numRuns: runs * 3 },
  );
});

test.each([
  ['as long as the path', 100, 1],
  ['shorter than the path', 200, 60],
  ['of one step', 200, 8000],
  ['shorter than the path, the most that have a table of distances', 2048, 100],
  ['shorter than the path, and no table of distances', 2049, 100],
])('is the one that the plain algorithm finds where the window is %s', (_, count, words) => {
  const random = seededRandom(3);
  const points = Array.from({ length: count }, () => [random(200), random(200)] as const);
  assertSamePath(count, distanceBetween(points), words);
});
