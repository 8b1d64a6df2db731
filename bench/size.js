// How long claims are, ours and others': CLAIMGEN_DATA=<folder of catalogs> node bench/size.js [users]
// Every figure follows from the seeds below; `npm run build` comes first.
import { orderPermissions } from '../packages/generator/dist/layout/order/order.js';
import { catalogsWithoutRoles, realCatalogs, syntheticCatalogs } from './size/catalogs.js';
import { ON_PLACES, OTHERS, ours } from './size/encodings.js';
import { modelEntropy, modelUsers, uniformEntropy, uniformUsers } from './size/population.js';
import { number, printTable, summary } from './size/print.js';
import { roleReferenceCharacters } from './size/role-references.js';
import { claimCharacters, tokenBytes } from './size/token.js';

const USERS = Number(process.argv[2] ?? 1000);
const SEED = 20_261_122;
const UNIFORM_USERS = 100;
const DENSITIES = [0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5];
/** Ids of a layout of one generation, and the dot. */
const IDS = 'k3Jd9a.';

const real = realCatalogs();
for (const catalog of real.concat(syntheticCatalogs())) compareOnModel(catalog);
for (const catalog of real.concat(catalogsWithoutRoles(), syntheticCatalogs().slice(0, 1)))
  compareOnUniform(catalog);

/** Users of the catalog's roles. */
function compareOnModel(catalog) {
  const { name, permissions, roles } = catalog;
  const order = orderPermissions(permissions, roles);
  const placeOf = new Map(order.map((permission, place) => [permission, place]));
  const users = modelUsers(catalog, permissions.length > 5000 ? Math.ceil(USERS / 5) : USERS, SEED);
  const placed = users.map((held) => held.map((permission) => placeOf.get(permission)).sort((x, y) => x - y));
  const held = summary(users.map((user) => user.length));
  console.log(`## ${name}: ${number(permissions.length)} permissions, ${number(roles.length)} roles\n`);
  console.log(
    `${number(users.length)} users; held: mean ${number(held.mean)}, p99 ${number(held.p99)}, most ${number(held.worst)}\n`,
  );

  const rows = [
    ...OTHERS.map(([label, encode]) =>
      row(
        label,
        users.map((user) => encode(catalog, user)),
      ),
    ),
    ...ON_PLACES.map(([label, encode]) =>
      row(
        `${label}, our order`,
        placed.map((user) => encode(catalog, user)),
      ),
    ),
    row(
      'body of ours, lexicographic order',
      users.map((user) => ours(catalog, user)),
    ),
    row(
      'body of ours',
      placed.map((user) => ours(catalog, user)),
    ),
    row(
      'ours, the whole claim',
      placed.map((user) => IDS + ours(catalog, user)),
    ),
  ];
  const placesOfRoles = roles.map((role) => role.map((permission) => placeOf.get(permission)));
  const lengths = summary(placed.map((user) => roleReferenceCharacters(placesOfRoles, user)));
  rows.push([
    'role references, without the id of their table',
    number(lengths.mean, 1),
    number(lengths.p99),
    number(lengths.worst),
    '',
    '',
    '',
  ]);
  rows.push(['entropy', number(modelEntropy(catalog) / 6, 1), '', '', '', '', '']);
  printTable(['claim', 'characters, mean', 'p99', 'worst', 'token bytes, mean', 'p99', 'worst'], rows);
}

function row(label, values) {
  const characters = summary(values.map(claimCharacters));
  const bytes = summary(values.map(tokenBytes));
  return [
    label,
    number(characters.mean, 1),
    number(characters.p99),
    number(characters.worst),
    number(bytes.mean),
    number(bytes.p99),
    number(bytes.worst),
  ];
}

/** Subsets without any structure: the place order does not matter, so that this compares the encodings alone. */
function compareOnUniform(catalog) {
  const { name, permissions } = catalog;
  console.log(
    `## ${name}: uniform random subsets of ${number(permissions.length)} permissions, mean characters\n`,
  );
  // On a large catalog texts of names are hundreds of times longer, and brotli takes minutes to say so.
  const others = permissions.length > 5000 ? ON_PLACES : OTHERS;
  const rows = DENSITIES.map((density) => {
    const users = uniformUsers(permissions.length, density, Math.min(USERS, UNIFORM_USERS), SEED);
    const means = others.map(([label, encode]) => [
      label,
      summary(users.map((user) => claimCharacters(encode(catalog, user)))).mean,
    ]);
    const [best, least] = means.reduce((one, other) => (other[1] < one[1] ? other : one));
    const body = summary(users.map((user) => ours(catalog, user).length)).mean;
    const entropy = uniformEntropy(permissions.length, density) / 6;
    return [
      `${number(100 * density, 1)}%`,
      number(body, 1),
      number(least, 1),
      best,
      number(body - least, 1),
      number(body / least, 3),
      number(entropy, 1),
    ];
  });
  printTable(
    ['density', 'body of ours', 'best of the others', 'which', 'difference', 'ratio', 'entropy'],
    rows,
  );
}
