const MOST_WORK = 40_000_000;
/** Calls of distance per position and step of the window in one round. */
const CALLS_PER_PAIR = 20;
const MOST_ROUNDS = 30;
const LONGEST_SEGMENT = 3;

/**
 * Shortens a path in place by turning stretches of it around and by moving short segments, each within a window that keeps the
 * whole to a fixed number of comparisons (2-opt and Or-opt).
 *
 * @param words what a call of distance costs
 */
export function shortenPath(
  path: number[],
  distance: (one: number, other: number) => number,
  words: number,
): void {
  /** The length of the link between two positions; past either end there is none. */
  const link = (from: number, to: number): number =>
    from < 0 || to >= path.length ? 0 : distance(path[from] as number, path[to] as number);
  const workPerStep = CALLS_PER_PAIR * path.length * Math.max(words, 1);
  const window = Math.min(path.length, Math.floor(MOST_WORK / workPerStep));
  const rounds = Math.min(MOST_ROUNDS, Math.floor(MOST_WORK / (workPerStep * window)));
  for (let round = 0; round < rounds; round++) {
    const turned = turnStretches(path, link, window);
    const moved = moveSegments(path, link, window);
    if (!turned && !moved) break;
  }
}

type Link = (from: number, to: number) => number;

function turnStretches(path: number[], link: Link, window: number): boolean {
  let shorter = false;
  for (let from = 0; from < path.length - 1; from++) {
    for (let to = from + 1; to < path.length && to <= from + window; to++) {
      const now = link(from - 1, from) + link(to, to + 1);
      const then = (from > 0 ? link(from - 1, to) : 0) + (to + 1 < path.length ? link(from, to + 1) : 0);
      if (then < now) {
        turn(path, from, to);
        shorter = true;
      }
    }
  }
  return shorter;
}

function turn(path: number[], from: number, to: number): void {
  for (let i = from, j = to; i < j; i++, j--) {
    [path[i], path[j]] = [path[j] as number, path[i] as number];
  }
}

function moveSegments(path: number[], link: Link, window: number): boolean {
  let shorter = false;
  for (let length = 1; length <= LONGEST_SEGMENT; length++) {
    for (let from = 0; from + length <= path.length; from++) {
      const to = from + length - 1;
      const gained = link(from - 1, from) + link(to, to + 1) - (from > 0 ? link(from - 1, to + 1) : 0);
      let best = gained;
      let target = -1;
      let turned = false;
      // The segment may come before any position outside it, save where it is.
      const last = Math.min(path.length, to + window);
      for (let before = Math.max(0, from - window); before <= last; before++) {
        if (before >= from && before <= to + 1) continue;
        const open = link(before - 1, before);
        const straight = (before > 0 ? link(before - 1, from) : 0) + link(to, before) - open;
        const reverse = (before > 0 ? link(before - 1, to) : 0) + link(from, before) - open;
        if (Math.min(straight, reverse) >= best) continue;
        [best, target, turned] = [Math.min(straight, reverse), before, reverse < straight];
      }
      if (target >= 0) {
        const segment = path.splice(from, length);
        path.splice(target > from ? target - length : target, 0, ...(turned ? segment.reverse() : segment));
        shorter = true;
      }
    }
  }
  return shorter;
}
