// How long claims take to write, to read and to ask: CLAIMGEN_DATA=<folder of catalogs> node bench/speed.js
// `npm run build` comes first. Times differ between machines; ratios less so.
import { createMongoAbility } from '@casl/ability';
import { packRules, unpackRules } from '@casl/ability/extra';
import { encodeBody } from '@claimgen/action-runtime';
import { hasPermission } from '@claimgen/verifier';
import { orderPermissions } from '../packages/generator/dist/layout/order/order.js';
import { VerifiedAccess } from '../packages/verifier/dist/access.js';
import { indexLayout } from '../packages/verifier/dist/claim/layout-index.js';
import { readClaim } from '../packages/verifier/dist/claim/read-claim.js';
import { realCatalogs, syntheticCatalogs } from './size/catalogs.js';
import { modelUsers, uniformUsers } from './size/population.js';
import { number, printTable } from './size/print.js';
import { measure } from './speed/measure.js';

const SEED = 20_261_122;
const USERS = 64;
const ASKED = 20;
const CLAIMS = {
  iss: 'https://acme.eu.auth0.com/',
  sub: 'auth0|1',
  aud: 'https://orders.acme.example',
  exp: 2_000_000_000,
};

console.log(`Node ${process.version}; best of rounds that take turns.\n`);
encoding();
for (const catalog of realCatalogs().concat(syntheticCatalogs().slice(0, 1))) reading(catalog);

function encoding() {
  const every = (count, step) => Uint32Array.from({ length: count }, (_, index) => index * step);
  const sets = [
    ['every place of 1,000', every(1000, 1)],
    ['half of 1,000, at random', uniformUsers(1000, 0.5, 1, SEED)[0]],
    ['a tenth of 1,000, at random', uniformUsers(1000, 0.1, 1, SEED)[0]],
    ['1,000 of 14,000, at random', uniformUsers(14_000, 1 / 14, 1, SEED)[0]],
    ['10,000 of 14,000, at random', uniformUsers(14_000, 10 / 14, 1, SEED)[0]],
  ];
  const times = measure(sets.map(([name, places]) => [name, () => encodeBody(places).length]));
  console.log('## Writing a body\n');
  printTable(
    ['places held', 'µs', 'characters'],
    sets.map(([name, places]) => [
      name,
      number(times.get(name) / 1000, 1),
      number(encodeBody(places).length),
    ]),
  );
}

/** What an API does with a token's permissions once the signature is checked: get them ready, then ask. */
function reading(catalog) {
  const { name, permissions, roles } = catalog;
  const order = orderPermissions(permissions, roles);
  const names = order.map((index) => permissions[index]);
  const placeOf = new Map(order.map((permission, place) => [permission, place]));
  const index = indexLayout({
    format: 'claimgen-layout-1',
    name: 'orders',
    claim: 'permissions',
    active: 0,
    lineages: [[{ id: 'k3Jd9a', permissions: names }]],
    withdrawn: [],
  });
  const users = modelUsers(catalog, USERS, SEED);
  const texts = users.map((held) => {
    const listed = held.map((permission) => permissions[permission]);
    const places = held.map((permission) => placeOf.get(permission)).sort((x, y) => x - y);
    return {
      bits: `k3Jd9a.${encodeBody(places)}`,
      array: JSON.stringify(listed),
      casl: JSON.stringify(packRules(listed.map((permission) => ({ action: permission, subject: 'api' })))),
    };
  });
  const pick = (list) => (i) => list[i % list.length];
  const text = pick(texts);

  const open = (claim) => new VerifiedAccess(CLAIMS, readClaim(claim, index), index);
  const ready = measure([
    ['ours', (i) => open(text(i).bits)],
    ['JSON.parse, new Set', (i) => new Set(JSON.parse(text(i).array))],
    ['JSON.parse', (i) => JSON.parse(text(i).array)],
    [
      'CASL: unpackRules, createMongoAbility',
      (i) => createMongoAbility(unpackRules(JSON.parse(text(i).casl))),
    ],
  ]);

  const opened = texts.map(({ bits, array, casl }) => ({
    access: open(bits),
    array: JSON.parse(array),
    set: new Set(JSON.parse(array)),
    ability: createMongoAbility(unpackRules(JSON.parse(casl))),
  }));
  const user = pick(opened);
  // Names as an API's source has them: the same few strings each time. Each request asks some of them of one user.
  const asked = Array.from(
    { length: ASKED },
    (_, i) => permissions[Math.floor((i * permissions.length) / ASKED)],
  );
  const count = (has) => asked.reduce((sum, permission) => sum + (has(permission) ? 1 : 0), 0);
  const ask = measure([
    ['ours', (i) => count((permission) => hasPermission(user(i).access, permission))],
    ['JSON.parse, new Set', (i) => count((permission) => user(i).set.has(permission))],
    ['JSON.parse', (i) => count((permission) => user(i).array.includes(permission))],
    [
      'CASL: unpackRules, createMongoAbility',
      (i) => count((permission) => user(i).ability.can(permission, 'api')),
    ],
  ]);

  console.log(`## ${name}: ${number(permissions.length)} permissions; ${USERS} users in turn\n`);
  printTable(
    ['', 'ready, µs', 'ratio', 'ask once, ns', 'ratio'],
    [...ready].map(([label, time]) => [
      { 'JSON.parse': 'JSON.parse, Array.includes', 'JSON.parse, new Set': 'JSON.parse, new Set, Set.has' }[
        label
      ] ?? label,
      number(time / 1000, 2),
      number(time / ready.get('ours'), 1),
      number(ask.get(label) / ASKED, 1),
      number(ask.get(label) / ask.get('ours'), 2),
    ]),
  );
}
