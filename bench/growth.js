// How claims grow in a year of weekly appends, and what a rebase saves: CLAIMGEN_DATA=<folder of catalogs> node bench/growth.js
// Every figure follows from the seed; `npm run build` comes first.
import { encodeClaim } from '@claimgen/action-runtime';
import { orderPermissions } from '../packages/generator/dist/layout/order/order.js';
import { realCatalogs, syntheticCatalogs } from './size/catalogs.js';
import { modelUsers } from './size/population.js';
import { number, printTable, summary } from './size/print.js';
import { seeded, shuffle } from './size/random.js';

const SEED = 52;
const USERS = 500;
const WEEKS = 52;
const SHOWN = [0, 1, 4, 13, 26, 39, 52];
/** The share of permissions that the first layout has; the rest arrives in equal parts each week. */
const AT_START = 0.7;

for (const catalog of realCatalogs().concat(syntheticCatalogs().slice(0, 1))) showYear(catalog);

function showYear({ name, permissions, roles }) {
  const arrivals = arrivalsByWeek(permissions.length);
  const layout = [];
  const known = new Set();
  const rows = [];
  for (let week = 0; week <= WEEKS; week++) {
    for (const permission of arrivals[week]) known.add(permission);
    const sorted = arrivals[week].toSorted((x, y) => x - y);
    layout.push(week === 0 ? orderOf(sorted, roles) : sorted);
    if (SHOWN.includes(week))
      rows.push(
        measure(
          week,
          layout,
          [...known].sort((x, y) => x - y),
          roles,
        ),
      );
  }
  console.log(
    `## ${name}: ${number(arrivals[0].length)} permissions at first, ${number(permissions.length)} after ${WEEKS} weekly appends\n`,
  );
  printTable(
    [
      'week',
      'permissions',
      'claim, mean',
      'p99',
      'worst',
      'rebased, mean',
      'p99',
      'worst',
      'a rebase saves, mean',
      'most',
    ],
    rows,
  );
}

function arrivalsByWeek(count) {
  const mixed = shuffle(
    Array.from({ length: count }, (_, index) => index),
    seeded(SEED),
  );
  const first = Math.ceil(count * AT_START);
  return Array.from({ length: WEEKS + 1 }, (_, week) => {
    const end = (w) => first + Math.round(((count - first) * w) / WEEKS);
    return week === 0 ? mixed.slice(0, first) : mixed.slice(end(week - 1), end(week));
  });
}

/** The roles of today, as indices of the permissions known, which ascend. */
function rolesAmong(known, roles) {
  const indexOf = new Map(known.map((permission, index) => [permission, index]));
  return roles
    .map((role) => role.flatMap((permission) => indexOf.get(permission) ?? []))
    .filter((role) => role.length > 0);
}

/** The order of a first generation of the permissions known. */
function orderOf(known, roles) {
  return orderPermissions(known.map(String), rolesAmong(known, roles)).map((index) => known[index]);
}

function measure(week, layout, known, roles) {
  const users = modelUsers({ permissions: known, roles: rolesAmong(known, roles) }, USERS, SEED);
  const held = users.map((user) => user.map((index) => known[index]));
  const grown = held.map(lengthIn(layout));
  const rebased = held.map(lengthIn([orderOf(known, roles)]));
  const saved = grown.map((length, index) => length - rebased[index]);
  const [before, after, gain] = [summary(grown), summary(rebased), summary(saved)];
  const cells = (of) => [number(of.mean, 1), number(of.p99), number(of.worst)];
  return [
    String(week),
    number(known.length),
    ...cells(before),
    ...cells(after),
    number(gain.mean, 1),
    number(gain.worst),
  ];
}

/** The characters of a user's whole claim in a layout, ids and all. */
function lengthIn(generations) {
  const placeOf = new Map(generations.flat().map((permission, place) => [permission, place]));
  let end = 0;
  const table = {
    encoding: 'bitset',
    names: [],
    ids: generations.map(() => 'k3Jd9a'),
    ends: generations.map((permissions) => {
      end += permissions.length;
      return end;
    }),
  };
  return (held) =>
    encodeClaim(
      table,
      held.map((permission) => placeOf.get(permission)).sort((x, y) => x - y),
    ).length;
}
