import { type ClaimTable, encodeClaim } from '@claimgen/action-runtime';
import { seededRandom } from '../model/random.ts';
import { asOfBytes, jsonBytes } from './worst-claim.ts';

/** What users can hold who hold at most so many roles and direct permissions. */
export interface BoundedUsers {
  readonly table: ClaimTable;
  /** The places that each role grants, ascending. */
  readonly roles: readonly (readonly number[])[];
  /** The places that the environment's Action can set, ascending. */
  readonly places: readonly number[];
  readonly mostRoles: number;
  readonly mostDirect: number;
}

/** Bytes of the claim's JSON text that no such user's claim exceeds: docs/explanation/proof.md, "Users of a few roles". */
export function boundedClaim(users: BoundedUsers): number {
  return users.table.encoding === 'names' ? boundedNames(users) : boundedBitset(users);
}

function boundedNames({ table, roles, places, mostRoles, mostDirect }: BoundedUsers): number {
  const size = (place: number) => jsonBytes(table.names[place] ?? '') + 1;
  const total = (list: readonly number[]) => list.reduce((sum, place) => sum + size(place), 0);
  const sum = sumOfLargest(roles.map(total), mostRoles) + sumOfLargest(places.map(size), mostDirect);
  // [, each name with a comma but the first, ]
  return Math.max(2, 1 + Math.min(sum, total(places)));
}

function boundedBitset({ table, roles, places, mostRoles, mostDirect }: BoundedUsers): number {
  const ofRoles = mostRoles === 0 ? [] : roles;
  const end = Math.max(
    0,
    mostDirect === 0 ? 0 : 1 + (places.at(-1) ?? -1),
    ...ofRoles.map((role) => 1 + (role.at(-1) ?? -1)),
  );
  const ids =
    1 +
    Math.max(
      0,
      table.ends.findIndex((bound) => end <= bound),
    );
  // Quotes, ids, a dot, the as-of with its dot; the body.
  const frame = 2 + 6 * ids + 1 + asOfBytes(table);
  const reachable = places.filter((place) => place < end).length;
  const held = Math.min(
    reachable,
    sumOfLargest(
      ofRoles.map(({ length }) => length),
      mostRoles,
    ) + mostDirect,
  );
  const runs = Math.min(held, sumOfLargest(ofRoles.map(countRuns), mostRoles) + mostDirect);
  // Raw is never shorter: with the parameter 0 gaps have a bit for each place up to the end.
  const gaps = Math.ceil((6 + least((k) => held * (1 + k) + Math.floor((end - held) / 2 ** k))) / 6);
  const inRuns = Math.ceil(
    (10 +
      Math.floor(least((a) => mostBits(runs, end, a)) + ROUNDING) +
      Math.floor(least((b) => mostBits(runs, held, b)) + ROUNDING)) /
      6,
  );
  return frame + Math.min(gaps, inRuns);
}

const PARAMETERS = 16;
/** Far above the error of floating point here, far below a bit. */
const ROUNDING = 1e-6;

function least(bits: (parameter: number) => number): number {
  let fewest = Number.POSITIVE_INFINITY;
  for (let parameter = 0; parameter < PARAMETERS; parameter++) fewest = Math.min(fewest, bits(parameter));
  return fewest;
}

/** The most bits that Exp-Golomb(a) takes for `count` numbers of this sum: when all are equal, as the logarithm is concave. */
function mostBits(count: number, sum: number, a: number): number {
  return count === 0 ? 0 : 2 * count * Math.log2(sum / count + 2 ** a) + count * (1 - a);
}

function sumOfLargest(values: readonly number[], count: number): number {
  return [...values]
    .sort((a, b) => b - a)
    .slice(0, count)
    .reduce((sum, value) => sum + value, 0);
}

function countRuns(places: readonly number[]): number {
  return places.filter((place, index) => places[index - 1] !== place - 1).length;
}

const MAX_TRIED = 48;
const RANDOM_USERS = 100;

/** The longest claim found among such users: chosen greedily, and at random with a fixed seed. */
export function largestFound(users: BoundedUsers): number {
  return Math.max(
    lengthOf(users, greedyUser(users)),
    ...randomUsers(users).map((held) => lengthOf(users, held)),
  );
}

function lengthOf({ table }: BoundedUsers, held: ReadonlySet<number>): number {
  return jsonBytes(
    encodeClaim(
      table,
      [...held].sort((a, b) => a - b),
    ),
  );
}

function greedyUser(users: BoundedUsers): Set<number> {
  let held = new Set<number>();
  const grow = (candidates: readonly (readonly number[])[]) => {
    let longest = lengthOf(users, held);
    let best: Set<number> | undefined;
    for (const candidate of candidates) {
      const grown = new Set([...held, ...candidate]);
      const length = lengthOf(users, grown);
      if (length > longest) [longest, best] = [length, grown];
    }
    held = best ?? held;
  };
  const largeRoles = [...users.roles].sort((a, b) => countRuns(b) - countRuns(a)).slice(0, MAX_TRIED);
  for (let i = 0; i < Math.min(users.mostRoles, users.roles.length); i++) grow(largeRoles);
  const step = Math.max(1, Math.floor(users.places.length / MAX_TRIED));
  const spread = users.places.filter((_, index) => (users.places.length - 1 - index) % step === 0);
  for (let i = 0; i < Math.min(users.mostDirect, MAX_TRIED); i++) grow(spread.map((place) => [place]));
  return held;
}

function randomUsers({ roles, places, mostRoles, mostDirect }: BoundedUsers): Set<number>[] {
  const random = seededRandom(1);
  return Array.from({ length: RANDOM_USERS }, () => {
    const held = new Set<number>();
    for (let i = 0; i < Math.min(mostRoles, roles.length); i++) {
      for (const place of roles[random(roles.length)] ?? []) held.add(place);
    }
    for (let i = 0; i < Math.min(mostDirect, places.length); i++)
      held.add(places[random(places.length)] as number);
    return held;
  });
}
