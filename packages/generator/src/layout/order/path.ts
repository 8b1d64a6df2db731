import { seededRandom, shuffled } from '../../model/random.ts';
import type { RoleClasses } from './classes.ts';

const ALL_PAIRS_UP_TO = 700;
const SHUFFLES = 2;
const NEIGHBOURS = 2;

/**
 * All classes in a row, neighbours held by nearly the same roles: the shortest links first, each class joined to two others at
 * most (the greedy tour of the travelling salesman, left open).
 */
export function greedyPath(classes: RoleClasses): number[] {
  const count = classes.members.length;
  const links: number[][] = Array.from({ length: count }, () => []);
  const fragments = new Fragments(count);
  const orders = sortedOrders(classes);
  for (let joined = 1; joined < count; ) {
    const isEnd = (classIndex: number): boolean => (links[classIndex] as number[]).length < 2;
    for (const [one, other] of candidates(classes, orders, isEnd)) {
      if (isEnd(one) && isEnd(other) && fragments.join(one, other)) {
        (links[one] as number[]).push(other);
        (links[other] as number[]).push(one);
        joined++;
      }
    }
  }
  return walk(links);
}

/** Pairs of fragments' ends, the nearest first. */
function candidates(
  classes: RoleClasses,
  orders: readonly Uint32Array[],
  isEnd: (classIndex: number) => boolean,
): [number, number][] {
  const pairs: [number, number][] = [];
  const rows = orders.map((order) => order.filter(isEnd));
  const ends = rows[0] ?? new Uint32Array();
  const reach = ends.length <= ALL_PAIRS_UP_TO ? ends.length : NEIGHBOURS;
  for (const row of reach === NEIGHBOURS ? rows : [ends]) {
    for (let i = 0; i < row.length; i++) {
      for (let j = i + 1; j <= i + reach && j < row.length; j++)
        pairs.push([row[i] as number, row[j] as number]);
    }
  }
  const keys = Float64Array.from(
    pairs,
    ([one, other], index) => classes.distance(one, other) * pairs.length + index,
  );
  return Array.from(keys.sort(), (key) => pairs[key % pairs.length] as [number, number]);
}

/** Classes in the order of their first permission, and sorted by the roles that hold them, with one role or another counting most. */
function sortedOrders({ members, byRole }: RoleClasses): Uint32Array[] {
  const lexicographic = Uint32Array.from(members, (_, index) => index);
  if (members.length <= ALL_PAIRS_UP_TO) return [lexicographic];
  const smallFirst = byRole
    .map((_, role) => role)
    .sort((x, y) => (byRole[x] as number[]).length - (byRole[y] as number[]).length || x - y);
  const random = seededRandom(1);
  const roleOrders = [smallFirst, smallFirst.toReversed()];
  for (let i = 0; i < SHUFFLES; i++) roleOrders.push(shuffled(byRole.length, random));
  return [lexicographic, ...roleOrders.map((roleOrder) => sortByRoles(lexicographic, byRole, roleOrder))];
}

/** A radix sort: stable, by the role that counts least first; those held come before the others. */
function sortByRoles(
  start: Uint32Array,
  byRole: RoleClasses['byRole'],
  roleOrder: readonly number[],
): Uint32Array {
  let order = start;
  const held = new Uint8Array(start.length);
  for (const role of roleOrder.toReversed()) {
    const classes = byRole[role] as readonly number[];
    for (const classIndex of classes) held[classIndex] = 1;
    const next = new Uint32Array(order.length);
    let front = 0;
    let back = classes.length;
    for (const classIndex of order) next[held[classIndex] === 1 ? front++ : back++] = classIndex;
    for (const classIndex of classes) held[classIndex] = 0;
    order = next;
  }
  return order;
}

/** Follows the links from one of the two ends. */
function walk(links: readonly (readonly number[])[]): number[] {
  const path: number[] = [];
  let previous = -1;
  let current: number | undefined = Math.max(
    0,
    links.findIndex((neighbours) => neighbours.length < 2),
  );
  while (current !== undefined) {
    path.push(current);
    const next: number | undefined = links[current]?.find((neighbour) => neighbour !== previous);
    previous = current;
    current = next;
  }
  return path;
}

/** Which classes hang together already. */
class Fragments {
  readonly #parent: Uint32Array;

  constructor(count: number) {
    this.#parent = Uint32Array.from({ length: count }, (_, index) => index);
  }

  /** False when they do already. */
  join(one: number, other: number): boolean {
    const root = this.#root(one);
    const otherRoot = this.#root(other);
    this.#parent[root] = otherRoot;
    return root !== otherRoot;
  }

  #root(classIndex: number): number {
    let root = classIndex;
    for (let parent = this.#parent[root] as number; parent !== root; parent = this.#parent[root] as number) {
      this.#parent[root] = this.#parent[parent] as number;
      root = parent;
    }
    return root;
  }
}
