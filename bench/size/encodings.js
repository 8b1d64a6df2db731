import { brotliCompressSync, constants, deflateRawSync } from 'node:zlib';
import { packRules } from '@casl/ability/extra';
import { encodeBody } from '@claimgen/action-runtime';
import { RoaringBitmap32, roaringLibraryInitialize, SerializationFormat } from 'roaring-wasm';

await roaringLibraryInitialize();

const BROTLI = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT },
};

/**
 * What others put into a token for the same permissions: [name, (catalog, held) → the claim's value]. held are ascending
 * indices of permissions in lexicographic order; each value can be read without the others' help, given the list of names.
 */
export const OTHERS = [
  ['JSON array of names', ({ permissions }, held) => held.map((i) => permissions[i])],
  ['scope string', scopes],
  ['deflate of the names', (catalog, held) => base64url(deflateRawSync(scopes(catalog, held), { level: 9 }))],
  ['brotli of the names', (catalog, held) => base64url(brotliCompressSync(scopes(catalog, held), BROTLI))],
  ['CASL packRules', caslRules],
  ['Clerk feature-permission masks', clerkMasks],
  ['raw bitset', (_, held) => base64url(bitset(held))],
  ['deflate of the bitset', (_, held) => base64url(deflateRawSync(bitset(held), { level: 9 }))],
  ['brotli of the bitset', (_, held) => base64url(brotliCompressSync(bitset(held)))],
  ['Roaring bitmap', roaring],
];

/** Those of the others that also work on places in another order than lexicographic. */
export const ON_PLACES = OTHERS.filter(([name]) => /bit(set|map)/.test(name));

export function ours(_, places) {
  return encodeBody(places);
}

function scopes({ permissions }, held) {
  return held.map((i) => permissions[i]).join(' ');
}

function base64url(bytes) {
  return Buffer.from(bytes).toString('base64url');
}

/** Trailing zero bytes dropped. */
function bitset(places) {
  const bytes = new Uint8Array(places.length === 0 ? 0 : (places.at(-1) >> 3) + 1);
  for (const place of places) bytes[place >> 3] |= 0x80 >> (place & 7);
  return bytes;
}

function roaring(_, places) {
  const bitmap = new RoaringBitmap32(places);
  bitmap.runOptimize();
  const bytes = bitmap.serialize(SerializationFormat.portable);
  bitmap.dispose();
  return base64url(bytes);
}

/** thing.part:verb → [thing.part, verb]; a name without a separator is all verb. */
function split(name) {
  const at = Math.max(name.lastIndexOf(':'), name.lastIndexOf('.'), name.lastIndexOf('/'));
  return at < 0 ? ['all', name] : [name.slice(0, at), name.slice(at + 1)];
}

function group(pairs) {
  const groups = new Map();
  for (const [key, value] of pairs) groups.set(key, [...(groups.get(key) ?? []), value]);
  return groups;
}

/** One rule for all subjects of the same actions. */
function caslRules({ permissions }, held) {
  const actionsOf = group(held.map((i) => split(permissions[i])));
  const subjectsOf = group([...actionsOf].map(([subject, actions]) => [actions.sort().join(), subject]));
  return packRules([...subjectsOf].map(([actions, subject]) => ({ action: actions.split(','), subject })));
}

/**
 * Clerk's session tokens of version 2: the features held, the names of all permissions in them, and per feature a decimal mask
 * over these. Source: https://clerk.com/docs/guides/sessions/session-tokens
 */
function clerkMasks({ permissions }, held) {
  const features = group(held.map((i) => split(permissions[i])));
  const verbs = [...new Set([...features.values()].flat())].sort();
  const bitOf = new Map(verbs.map((verb, index) => [verb, 1n << BigInt(index)]));
  return {
    fea: [...features.keys()].map((feature) => `o:${feature}`).join(),
    o: {
      per: verbs.join(),
      fpm: [...features.values()]
        .map((held) => held.reduce((mask, verb) => mask | bitOf.get(verb), 0n))
        .join(),
    },
  };
}
