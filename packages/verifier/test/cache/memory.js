// What a cache that is full takes of the heap, by kind of payload: node --expose-gc memory.js <folder of the built package>
// Prints, as JSON, the bound and the bytes, and how many entries there were.
import { generateKeyPairSync, sign } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

const { createVerifier } = await import(`${process.argv[2]}/index.js`);
const LOOK_UP = Symbol.for('@claimgen/verifier/look-up-header');
const PROBES = 20;
const BOUND = 2 * 1024 * 1024;
const SIZE = 11_000;

let counter = 0;
const unique = () => (counter++).toString(36);
/** As many of them as a payload holds, with commas between. */
function many(make) {
  const parts = [];
  for (let length = 0; length < SIZE; length += parts.at(-1).length + 1) parts.push(make(parts.length));
  return parts.join(',');
}
const nested = (open, close, depth) => open.repeat(depth) + close.repeat(depth);

/** The members of payloads, in JSON: what takes more memory than its text does. */
const kinds = {
  small: () => '"a":1',
  string: () => `"a":"${'x'.repeat(SIZE)}"`,
  'string of two bytes a character': () => `"a":"\u4e2d${'x'.repeat(SIZE)}"`,
  'string of escapes': () => `"a":"${'\\u4e2d'.repeat(SIZE / 6)}"`,
  strings: () => `"a":[${many(() => `"${unique()}"`)}]`,
  'strings of two bytes a character': () => `"a":[${many(() => `"\u4e2d${unique()}"`)}]`,
  integers: () => `"a":[${many(() => '1')}]`,
  fractions: () => `"a":[${many(() => '0.5')}]`,
  'fractions among others': () => `"a":[null,${many(() => '0.5')}]`,
  'large numbers': () => `"a":[{},${many(() => '9e99')}]`,
  'empty objects': () => `"a":[${many(() => '{}')}]`,
  'empty arrays': () => `"a":[${many(() => '[]')}]`,
  'deep arrays': () => `"a":[${many(() => nested('[', ']', 90))}]`,
  'deep objects': () => `"a":[${many(() => `${'{"a":'.repeat(90)}1${'}'.repeat(90)}`)}]`,
  'deep objects of other names': () =>
    `"a":[${many(() => `${Array.from({ length: 60 }, () => `{"${unique()}":`).join('')}1${'}'.repeat(60)}`)}]`,
  'objects of one name': () => `"a":[${many(() => '{"a":1}')}]`,
  'objects of other names': () => `"a":[${many(() => `{"${unique()}":1}`)}]`,
  'objects of two names': () => `"a":[${many(() => `{"${unique()}":1,"${unique()}":2}`)}]`,
  'objects of eight names': () =>
    `"a":[${many(() => `{${Array.from({ length: 8 }, () => `"${unique()}":1`).join()}}`)}]`,
  'objects of fractions': () => `"a":[${many(() => `{"${unique()}":0.5}`)}]`,
  'objects of numbers as names': () => `"a":[${many((index) => `{"${index}":1}`)}]`,
  'objects of large numbers as names': () => `"a":[${many((index) => `{"${999_999 + 99 * index}":1}`)}]`,
  'objects of the largest numbers as names': () =>
    `"a":[${many((index) => `{"${4_294_967_294 - index}":1}`)}]`,
  'one wide object': () => many(() => `"${unique()}":1`),
  'one wide object of fractions': () => many(() => `"${unique()}":0.5`),
  'one wide object of numbers as names': () => many((index) => `"${index}":1`),
  'one wide object of sparse numbers as names': () => many((index) => `"${index * 977}":1`),
  'names of two bytes a character': () => many(() => `"\u4e2d${unique()}":1`),
  'a list of permissions': () => `"permissions":[${many((index) => `"orders:permission-${index}"`)}]`,
};

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k' };
const issuer = 'https://acme.eu.auth0.com/';
const audience = 'https://orders.acme.example';
const encode = (text) => Buffer.from(text).toString('base64url');
const header = encode(JSON.stringify({ alg: 'EdDSA', typ: 'JWT', kid: 'k' }));

/** `places`: how many permissions the API has, whose bits each token brings along. */
function setting({ places = 1, source = 'claim' } = {}) {
  const permissions = Array.from({ length: places }, (_, index) => `p${index}`);
  const claim = 'https://acme.example/p';
  const layout = { format: 'claimgen-layout-1', name: 'orders', audience, claim, active: 0, withdrawn: [] };
  const fallback = source === 'claim' ? [] : ['permissions'];
  const lineages = [[{ id: 'AAAAAA', permissions }]];
  const options = {
    issuer,
    layout: { ...layout, lineages },
    jwks: { keys: [jwk] },
    algorithms: ['EdDSA'],
    fallback,
    maxTokenLength: 65_536,
  };
  const claimed = source === 'claim' ? `${JSON.stringify(claim)}:"AAAAAA.A",` : '';
  return { options, claimed };
}

function makeToken(members, claimed) {
  const now = Math.floor(Date.now() / 1000);
  const registered = `"iss":"${issuer}","sub":"auth0|${unique()}","aud":["${audience}"],"iat":${now},"exp":${now + 600}`;
  const signed = `${header}.${encode(`{${claimed}${registered},${members}}`)}`;
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
}

async function taken() {
  for (let round = 0; round < 4; round += 1) {
    gc();
    await wait(5);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Verifies tokens until one of the first has left the cache, and as many again. Gives how many it had room for. */
async function fill(verifier, make, claimed) {
  // Each is looked up once, later and later: what is looked up counts as used.
  const probes = [];
  let count = 0;
  let nextProbe = PROBES;
  for (let full = Number.POSITIVE_INFINITY; count < full; count += 1) {
    // In memory of its own.
    const token = makeToken(make(), claimed);
    const access = await verifier.verify(token);
    // What an app does with an access must not make its entry grow.
    if (access.permissions.has('p0') && access.permissions.size > 1e9) throw new Error('impossible');
    if (count < PROBES) probes.push(token);
    else if (count >= nextProbe && full > 2 * count) {
      nextProbe *= 1.2;
      if (verifier[LOOK_UP](`Bearer ${probes.shift()}`) === undefined) full = 2 * count;
    }
  }
  return count / 2;
}

async function measure(make, { options, claimed }) {
  const ofBytes = (bytes) => createVerifier({ ...options, cache: { bytes, entries: 1_000_000 } });
  await fill(ofBytes(BOUND / 16), make, claimed);
  const verifier = ofBytes(BOUND);
  const before = await taken();
  const count = await fill(verifier, make, claimed);
  const bytes = (await taken()) - before;
  // Still alive.
  await verifier.verify(makeToken('"a":1', claimed));
  return { bytes, count };
}

const results = {};
for (const [kind, make] of Object.entries(kinds)) {
  const source = kind === 'a list of permissions' ? 'permissions' : 'claim';
  results[kind] = await measure(make, setting({ source }));
}
results['many permissions'] = await measure(kinds.small, setting({ places: 50_000 }));
console.log(JSON.stringify({ bound: BOUND, results }));
