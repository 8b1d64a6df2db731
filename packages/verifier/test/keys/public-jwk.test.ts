// One member of a key set at a time: what makes it no public key to verify signatures with.
import { describe, expect, test } from 'vitest';
import { KeyList } from '../../src/keys/key-list.ts';
import { readJwkMembers, readPublicJwk } from '../../src/keys/public-jwk.ts';
import { toInteger } from '../../src/keys/sound-parameters.ts';
import { ecKey, edKey, rsaKey, toJwk } from '../support/issuer.ts';

const rsa = toJwk(rsaKey('rsa'));
const elliptic = toJwk(ecKey('ec', 'P-256'));
const edwards = toJwk(edKey('ed'));
const bare = { kty: 'RSA', n: rsa.n, e: rsa.e };

describe('the members of a public key', () => {
  test('are read as they are, and no others', () => {
    const { kty, n, e } = rsa;
    expect(readJwkMembers({ ...rsa, alg: 'RS256', x5t: 'AAAA', ext: true })).toEqual({
      ...{ kty, kid: 'rsa', alg: 'RS256', n, e },
      ...{ crv: undefined, x: undefined, y: undefined },
    });
    const { crv, x, y } = elliptic;
    expect(readJwkMembers(elliptic)).toEqual({
      ...{ kty: 'EC', kid: 'ec', crv, x, y },
      ...{ alg: undefined, n: undefined, e: undefined },
    });
  });

  test.each([undefined, null, true, 1, 'RSA', [], () => {}, Object.create(bare)])(
    'are none of %o',
    (value) => {
      expect(readJwkMembers(value)).toBeUndefined();
      expect(readPublicJwk(value)).toBeUndefined();
    },
  );

  test.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])(
    'are none beside the private member %s, in any type of key',
    (name) => {
      for (const jwk of [rsa, elliptic, edwards])
        for (const value of ['AQAB', '', null, undefined])
          expect(readJwkMembers({ ...jwk, [name]: value })).toBeUndefined();
    },
  );

  test.each(['kty', 'kid', 'alg', 'crv', 'n', 'e', 'x', 'y'])('are none where %s is no string', (name) => {
    for (const value of [null, 1, true, ['RS256'], {}])
      expect(readJwkMembers({ ...bare, [name]: value })).toBeUndefined();
  });

  test('are none without kty', () => {
    expect(readJwkMembers({ n: rsa.n, e: rsa.e })).toBeUndefined();
  });
});

test.each<[unknown, boolean]>([
  [undefined, true],
  ['sig', true],
  ['enc', false],
  ['Sig', false],
  ['', false],
  [null, false],
  [['sig'], false],
])('a key whose "use" is %j may verify: %j', (use, expected) => {
  expect(readJwkMembers({ ...bare, use }) !== undefined).toBe(expected);
});

test.each<[unknown, boolean]>([
  [undefined, true],
  [['verify'], true],
  [['sign', 'verify'], true],
  [['verify', 'sign'], true],
  [['sign'], false],
  [[], false],
  [['verify', 'verify'], false],
  [['verify', 'encrypt'], false],
  [['encrypt', 'verify'], false],
  [['encrypt'], false],
  [['verify', null], false],
  [['Verify'], false],
  ['verify', false],
  [null, false],
  [{ 0: 'verify', length: 1 }, false],
])('a key whose "key_ops" are %j may verify: %j', (key_ops, expected) => {
  expect(readJwkMembers({ ...bare, key_ops }) !== undefined).toBe(expected);
  expect(readJwkMembers({ ...bare, use: 'sig', key_ops }) !== undefined).toBe(expected);
  expect(readJwkMembers({ ...bare, use: 'enc', key_ops })).toBeUndefined();
});

describe('a key of a type', () => {
  test.each([['RSA', rsa] as const, ['EC', elliptic] as const, ['OKP', edwards] as const])(
    'that is %s is used',
    (_, jwk) => {
      expect(readPublicJwk(jwk)).toBeDefined();
    },
  );

  test.each(['oct', 'rsa', 'ec', 'AKP', '', 'constructor'])('that is %j is passed over', (kty) => {
    for (const jwk of [rsa, elliptic, edwards]) expect(readPublicJwk({ ...jwk, kty })).toBeUndefined();
  });

  test('that another has is passed over', () => {
    expect(readPublicJwk({ ...elliptic, kty: 'OKP' })).toBeUndefined();
    expect(readPublicJwk({ ...edwards, kty: 'EC' })).toBeUndefined();
    expect(readPublicJwk({ ...edwards, kty: 'RSA' })).toBeUndefined();
    expect(readPublicJwk({ ...rsa, kty: 'EC' })).toBeUndefined();
  });
});

/** What is no base64url, by what it does to a good string. */
const SPOILT: [string, (good: string) => string][] = [
  ['a space before it', (good) => ` ${good}`],
  ['a space after it', (good) => `${good} `],
  ['a space in it', (good) => `${good.slice(0, 2)} ${good.slice(2)}`],
  ['a line end after it', (good) => `${good}\n`],
  ['padding', (good) => good.padEnd(Math.ceil((good.length + 1) / 4) * 4, '=')],
  ['a plus', (good) => `+${good.slice(1)}`],
  ['a slash', (good) => `/${good.slice(1)}`],
  ['a dot', (good) => `${good.slice(0, 2)}.${good.slice(3)}`],
  ['a character that is not ASCII', (good) => `é${good.slice(1)}`],
  ['nothing left of it', () => ''],
  ['one character of it', (good) => good.slice(0, 1)],
  ['one character too many', (good) => good.padEnd(Math.ceil(good.length / 4) * 4 + 1, 'A')],
];

describe.each(SPOILT)('a number with %s', (_, spoil) => {
  test.each([
    ['n', rsa],
    ['e', rsa],
    ['x', elliptic],
    ['y', elliptic],
    ['x', edwards],
  ] as const)('as %s of a key makes it passed over, and the other keys go on working', (name, jwk) => {
    const spoilt = { ...jwk, [name]: spoil(String(jwk[name])) };
    expect(readPublicJwk(spoilt)).toBeUndefined();
    const list = new KeyList({ keys: [spoilt, { ...rsa, kid: 'other' }] });
    expect(list.find({ alg: 'RS256', kid: 'other' })).toBeDefined();
    expect(list.find({ alg: 'RS256', kid: undefined })?.kid).toBe('other');
  });
});

test.each<[string | undefined, bigint]>([
  ['AQAB', 65_537n],
  ['AAEAAQ', 65_537n],
  ['Aw', 3n],
  ['_-8', 65_519n],
  ['AA', 0n],
  ['A', 0n],
  ['', 0n],
  ['Aw==', 0n],
  [undefined, 0n],
])('%j is the number %s', (encoded, value) => {
  expect(toInteger(encoded)).toBe(value);
});
