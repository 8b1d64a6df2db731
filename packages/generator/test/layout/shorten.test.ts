// The path that layouts are ordered by, against the same algorithm written down plainly: a layout must not depend on how fast it was found.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classify } from '../../src/layout/order/classes.ts';
import { shortenPath } from '../../src/layout/order/shorten.ts';

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

function assertSamePath(count: number, roles: readonly (readonly number[])[]): void {
  const classes = classify(count, roles);
  const path = classes.members.map((_, index) => index);
  const plain = [...path];
  shortenPath(path, classes);
  shortenPlainly(plain, classes.distance, classes.words);
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
    fc.property(tables, ([count, roles]) => assertSamePath(count, roles)),
    { numRuns: runs },
  );
});

test('is the one that the plain algorithm finds where the window is shorter than the path, with a table of distances and without', () => {
  for (const count of [1200, 2500]) {
    const roles = Array.from({ length: 70 }, (_, role) =>
      Array.from(
        { length: 200 },
        (_, index) => (index * index * 31 + index * (role + 3) * 17 + role) % count,
      ),
    );
    assertSamePath(count, roles);
  }
});
