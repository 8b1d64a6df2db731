import { encodeBody } from '@claimgen/action-runtime';
import { classify } from './classes.ts';
import { greedyPath } from './path.ts';
import { modelUsers } from './population.ts';
import { shortenPath } from './shorten.ts';

const SEED = 1;

/**
 * The order of a layout's first generation: permissions that the same roles hold lie together, so that claims have few runs. Of a few orders it
 * takes the one with the shortest claims on a modelled population; lexicographic order is among them, so it never loses to that.
 *
 * @param permissions in lexicographic order by UTF-16 code units
 * @param roles the permissions of each role, as indices
 * @returns a permutation of the indices, in the order of places; the same for the same arguments
 */
export function orderPermissions(
  permissions: readonly string[],
  roles: readonly (readonly number[])[],
): readonly number[] {
  const lexicographic = permissions.map((_, index) => index);
  const held = roles.filter((role) => role.length > 0);
  if (held.length === 0) return lexicographic;

  const users = modelUsers(permissions.length, held, SEED);
  let best = lexicographic;
  let fewest = charactersOf(best, users);
  for (const order of ordersByRoles(permissions.length, held)) {
    const characters = charactersOf(order, users);
    if (characters < fewest) [best, fewest] = [order, characters];
  }
  return best;
}

/** Classes along short paths, forth and back; inside a class lexicographic. */
function ordersByRoles(count: number, roles: readonly (readonly number[])[]): number[][] {
  const classes = classify(count, roles);
  const greedy = greedyPath(classes);
  const short = [...greedy];
  shortenPath(short, classes);
  return [short, short.toReversed(), greedy].map((path) =>
    path.flatMap((classIndex) => classes.members[classIndex] ?? []),
  );
}

/** How many characters the users' bodies have in all. */
function charactersOf(order: readonly number[], users: readonly Uint32Array[]): number {
  const placeOf = new Uint32Array(order.length);
  order.forEach((permission, place) => {
    placeOf[permission] = place;
  });
  let characters = 0;
  for (const held of users) {
    characters += encodeBody(held.map((permission) => placeOf[permission] as number).sort()).length;
  }
  return characters;
}
