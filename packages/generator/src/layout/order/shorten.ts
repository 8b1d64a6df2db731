// Makes a path through classes shorter by local changes: 2-opt and Or-opt. Every distance is asked for once a step, as this is where a first
// build of many roles spends its time.
import type { RoleClasses } from './classes.ts';

const MAX_WORK = 40_000_000;
/** Calls of distance per position and step of the window in one round. */
const CALLS_PER_PAIR = 20;
const MAX_ROUNDS = 30;
const MAX_SEGMENT = 3;
/** Up to so many classes, all distances are kept in a table: 8 MB. */
const MAX_TABLED = 2048;

type Distance = RoleClasses['distance'];

/**
 * Shortens a path in place by turning stretches of it around and by moving short segments, each within a window that keeps the
 * whole to a fixed number of comparisons.
 *
 * @param classes what the path leads through
 */
export function shortenPath(path: number[], { distance, words }: RoleClasses): void {
  const workPerStep = CALLS_PER_PAIR * path.length * Math.max(words, 1);
  const window = Math.min(path.length, Math.floor(MAX_WORK / workPerStep));
  const rounds = Math.min(MAX_ROUNDS, Math.floor(MAX_WORK / (workPerStep * window)));
  const between = path.length <= MAX_TABLED ? tabled(path.length, distance) : distance;
  for (let round = 0; round < rounds; round++) {
    const turned = turnStretches(path, between, window);
    const moved = moveSegments(path, between, window);
    if (!turned && !moved) break;
  }
}

/** The same distances, looked up. */
function tabled(count: number, distance: Distance): Distance {
  const table = new Uint16Array(count * count);
  for (let one = 0; one < count; one++) {
    for (let other = one + 1; other < count; other++) {
      const between = distance(one, other);
      table[one * count + other] = between;
      table[other * count + one] = between;
    }
  }
  return (one, other) => table[one * count + other] as number;
}

function turnStretches(path: number[], distance: Distance, window: number): boolean {
  let shorter = false;
  for (let from = 0; from < path.length - 1; from++) {
    const before = path[from - 1];
    let first = path[from] as number;
    let intoFirst = before === undefined ? 0 : distance(before, first);
    const end = Math.min(path.length - 1, from + window);
    for (let to = from + 1; to <= end; to++) {
      const last = path[to] as number;
      const after = path[to + 1];
      const now = intoFirst + (after === undefined ? 0 : distance(last, after));
      // A link can't be shorter than nothing.
      if (now === 0) continue;
      const intoLast = before === undefined ? 0 : distance(before, last);
      if (intoLast >= now) continue;
      if (intoLast + (after === undefined ? 0 : distance(first, after)) < now) {
        turn(path, from, to);
        first = last;
        intoFirst = intoLast;
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

function moveSegments(path: number[], distance: Distance, window: number): boolean {
  /** By position: the length of the link that leads there; 0 at both ends. */
  const links = new Int32Array(path.length + 1);
  const measure = (first: number, last: number) => {
    for (let at = Math.max(first, 1); at <= Math.min(last, path.length - 1); at++)
      links[at] = distance(path[at - 1] as number, path[at] as number);
  };
  measure(1, path.length - 1);
  let shorter = false;
  for (let length = 1; length <= MAX_SEGMENT; length++) {
    for (let from = 0; from + length <= path.length; from++) {
      const move = bestMove(path, links, distance, window, from, length);
      if (move === undefined) continue;
      const { target, turned } = move;
      const segment = path.splice(from, length);
      path.splice(target > from ? target - length : target, 0, ...(turned ? segment.reverse() : segment));
      measure(Math.min(from, target), Math.max(from + length, target));
      shorter = true;
    }
  }
  return shorter;
}

/** Before which position a segment makes the path the shortest, and which way around; undefined where it stays best. */
function bestMove(
  path: readonly number[],
  links: Int32Array,
  distance: Distance,
  window: number,
  from: number,
  length: number,
): { readonly target: number; readonly turned: boolean } | undefined {
  const to = from + length - 1;
  const head = path[from] as number;
  const tail = path[to] as number;
  const isLast = to + 1 >= path.length;
  const closed = from === 0 || isLast ? 0 : distance(path[from - 1] as number, path[to + 1] as number);
  let best = (links[from] as number) + (links[to + 1] as number) - closed;
  let target = -1;
  let turned = false;
  const scan = (first: number, last: number) => {
    const previous = path[first - 1];
    let headToPrevious = previous === undefined ? 0 : distance(head, previous);
    let tailToPrevious = previous === undefined ? 0 : distance(tail, previous);
    for (let before = first; before <= last; before++) {
      const next = path[before];
      const headToNext = next === undefined ? 0 : distance(head, next);
      const tailToNext = next === undefined ? 0 : length === 1 ? headToNext : distance(tail, next);
      const straight = headToPrevious + tailToNext - (links[before] as number);
      const reverse = tailToPrevious + headToNext - (links[before] as number);
      const added = straight < reverse ? straight : reverse;
      if (added < best) {
        best = added;
        target = before;
        turned = reverse < straight;
      }
      headToPrevious = headToNext;
      tailToPrevious = tailToNext;
    }
  };
  scan(Math.max(0, from - window), from - 1);
  scan(to + 2, Math.min(path.length, to + window));
  return target < 0 ? undefined : { target, turned };
}
