// What the order of places is worth, also for users of roles that it did not know: CLAIMGEN_DATA=<folder of catalogs> node bench/size-order.js
// Every figure follows from the seeds; `npm run build` comes first.
import { encodeBody } from '@claimgen/action-runtime';
import { orderPermissions } from '../packages/generator/dist/layout/order/order.js';
import { realCatalogs, syntheticCatalogs } from './size/catalogs.js';
import { modelUsers } from './size/population.js';
import { number, printTable } from './size/print.js';
import { seeded, shuffle } from './size/random.js';

const SEED = 20_261_122;
const USERS = 400;
const SPLITS = 6;

const rows = realCatalogs()
  .concat(syntheticCatalogs())
  .map((catalog) => {
    const all = compare(catalog, catalog.roles, catalog.roles, SEED);
    const splits = Array.from({ length: SPLITS }, (_, split) => {
      const mixed = shuffle(catalog.roles, seeded(SEED + split));
      const half = mixed.length >> 1;
      return compare(catalog, mixed.slice(0, half), mixed.slice(half), SEED + split);
    });
    const held = (side) => splits.reduce((sum, split) => sum + split[side], 0) / SPLITS;
    const cells = (before, after) => [
      number(before, 1),
      number(after, 1),
      `${number(100 * (1 - after / before))}%`,
    ];
    return [catalog.name, ...cells(all.before, all.after), ...cells(held('before'), held('after'))];
  });
printTable(
  [
    'mean characters of the body',
    'lexicographic',
    'by roles',
    'less by',
    'other roles: lexicographic',
    'by roles',
    'less by',
  ],
  rows,
);

/** Users of some roles, in lexicographic order and in the order that the known roles give. */
function compare({ permissions }, known, roles, seed) {
  const users = modelUsers({ permissions, roles }, USERS, seed);
  const lexicographic = permissions.map((_, index) => index);
  return { before: mean(lexicographic, users), after: mean(orderPermissions(permissions, known), users) };
}

function mean(order, users) {
  const placeOf = new Uint32Array(order.length);
  order.forEach((permission, place) => {
    placeOf[permission] = place;
  });
  const length = (held) =>
    encodeBody(Uint32Array.from(held, (permission) => placeOf[permission]).sort()).length;
  return users.reduce((sum, held) => sum + length(held), 0) / users.length;
}
