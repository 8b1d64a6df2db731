import { Buffer } from 'node:buffer';
import {
  checkPrimeSync,
  createHash,
  generateKeyPairSync,
  generatePrimeSync,
  getDiffieHellman,
} from 'node:crypto';
import type { JWK } from 'jose';
import { describe, expect, test } from 'vitest';
import type { Algorithm } from '../../src/algorithms.ts';
import { bigEndian } from '../../src/keys/big-endian.ts';
import { readPublicJwk } from '../../src/keys/public-jwk.ts';
import { isProbablePrime } from '../../src/keys/rsa-modulus.ts';
import type { VerifierOptions } from '../../src/options.ts';
import { createVerifier } from '../../src/verifier.ts';
import { codeOf } from '../support/answers.ts';
import type { KeyPair, Name } from '../support/issuer.ts';
import {
  CLAIM,
  ecKey,
  edKey,
  encode,
  goodClaims,
  ISSUER,
  layout,
  makeToken,
  NOW,
  rsaKey,
  signText,
  toJwk,
} from '../support/issuer.ts';

const rsa = rsaKey('weak');
const elliptic = ecKey('weak', 'P-256');
const edwards = edKey('weak');
const good = rsaKey('good');
/** Made once, as seconds go into the longer ones. */
const moduli = [2048, 2049, 3072, 4096].map((bits) => ({ bits, key: rsaKey('k', bits) }));
const algorithms: Algorithm[] = ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'];

const integer = (value: bigint): string => {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
};
const bytes = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url');
const n = bigEndian(Buffer.from(toJwk(rsa).n ?? '', 'base64url'));
const [p, q] = primesOf(rsa);
/** Of a prime of 1,279 bits. */
const SQUARE = (2n ** 1279n - 1n) ** 2n;

function nextPrime(value: bigint): bigint {
  let next = value + 2n;
  while (!checkPrimeSync(next)) next += 2n;
  return next;
}

function primesOf({ privateKey }: KeyPair): [bigint, bigint] {
  const jwk = privateKey.export({ format: 'jwk' });
  return [jwk.p, jwk.q].map((text) => bigEndian(Buffer.from(text ?? '', 'base64url'))) as [bigint, bigint];
}

/** The private key, as it must never be served. */
const privateJwk = (key: KeyPair): JWK => ({
  ...(key.privateKey.export({ format: 'jwk' }) as JWK),
  kid: key.kid,
});

const coordinates = (curve: string): JWK => toJwk(ecKey('weak', curve));
const twisted = (name: 'x' | 'y', bit: number): string => {
  const point = Buffer.from(toJwk(elliptic)[name] ?? '', 'base64url');
  point[31] = (point[31] ?? 0) ^ bit;
  return point.toString('base64url');
};
const GENERATORS: Record<string, [x: string, y: string]> = {
  'P-256': [
    '6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296',
    '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
  ],
};
/** Points of order 1, 2, 4 and 8 of Edwards25519, and other spellings of them: https://eprint.iacr.org/2020/1244, table 1. */
const SMALL_ORDER = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '0000000000000000000000000000000000000000000000000000000000000000',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
];

const rsaWith = (members: Partial<JWK>): JWK => ({ ...toJwk(rsa), ...members });
const ecWith = (members: Partial<JWK>): JWK => ({ ...toJwk(elliptic), ...members });
const edWith = (members: Partial<JWK>): JWK => ({ ...toJwk(edwards), ...members });

const weak: Record<string, JWK> = {
  'e of 0': rsaWith({ e: 'AA' }),
  'e of 1': rsaWith({ e: 'AQ' }),
  'e of 1 with leading zeros': rsaWith({ e: 'AAAB' }),
  'e of 2': rsaWith({ e: 'Ag' }),
  'e of 65,536': rsaWith({ e: 'AQAA' }),
  'e of 128 bits': rsaWith({ e: integer(2n ** 127n + 1n) }),
  'e missing': rsaWith({ e: undefined as never }),
  'e empty': rsaWith({ e: '' }),
  'e that is a number': rsaWith({ e: 65_537 as never }),
  'e that is no base64url': rsaWith({ e: 'AQ+B' }),
  'n of 1,024 bits': toJwk(rsaKey('weak', 1024)),
  'n of 2,047 bits': rsaWith({ n: integer((2n ** 2047n - 1n) | 1n) }),
  'n of 1,024 bits with leading zeros': rsaWith({
    n: Buffer.concat([
      Buffer.alloc(128),
      Buffer.from(toJwk(rsaKey('x', 1024)).n ?? '', 'base64url'),
    ]).toString('base64url'),
  }),
  'n of 0': rsaWith({ n: 'AA' }),
  'n missing': rsaWith({ n: undefined as never }),
  'n of 32,768 bits': rsaWith({ n: integer(2n ** 32_767n + 1n) }),
  'n that is even': rsaWith({ n: integer(n + 1n) }),
  'n that is a power of two': rsaWith({ n: integer(2n ** 2048n) }),
  'n divisible by 3': rsaWith({ n: integer(3n * p * q) }),
  'n divisible by 997': rsaWith({ n: integer(997n * p * q) }),
  'n that is the square of a prime': rsaWith({ n: integer(SQUARE) }),
  'n of two primes that follow each other': rsaWith({ n: integer(p * nextPrime(p)) }),
  'n of factors that share the upper half of their bits': rsaWith({ n: integer(p * (p + 2n ** 500n)) }),
  'the private key of RSA': privateJwk(rsa),
  'the private key of an elliptic curve': privateJwk(elliptic),
  'the private key of an Edwards curve': privateJwk(edwards),
  ...Object.fromEntries(
    ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'].map((name) => [
      `the private member ${name}`,
      rsaWith({ [name]: 'AQAB' }),
    ]),
  ),
  'a private member that is null': rsaWith({ d: null as never }),
  'a private member of another key type': ecWith({ k: 'AQAB' }),
  'key_ops twice the same': rsaWith({ use: undefined as never, key_ops: ['verify', 'verify'] }),
  'key_ops without verify': rsaWith({ use: undefined as never, key_ops: ['sign'] }),
  'key_ops empty': rsaWith({ use: undefined as never, key_ops: [] }),
  'key_ops that are unrelated': rsaWith({ use: undefined as never, key_ops: ['verify', 'encrypt'] }),
  'key_ops that contradict use': rsaWith({ use: 'sig', key_ops: ['encrypt'] }),
  'use that contradicts key_ops': rsaWith({ use: 'enc', key_ops: ['verify'] }),
  'key_ops that are a string': rsaWith({ key_ops: 'verify' as never }),
  'key_ops of another type': rsaWith({ key_ops: { 0: 'verify', length: 1 } as never }),
  'key_ops in other case': rsaWith({ key_ops: ['Verify'] }),
  'use for encryption': rsaWith({ use: 'enc' }),
  'use of another type': rsaWith({ use: ['sig'] as never }),
  'a kid of another type': rsaWith({ kid: 1 as never }),
  'an alg of another type': rsaWith({ alg: ['RS256'] as never }),
  'a symmetric key': { kty: 'oct', kid: 'weak', k: 'AQAB' },
  'a key type that is unknown': { ...toJwk(rsa), kty: 'rsa' },
  'a point that is not on the curve, by its x': ecWith({ x: twisted('x', 1) }),
  'a point that is not on the curve, by its y': ecWith({ y: twisted('y', 2) }),
  'a point of zeros': ecWith({ x: bytes('00'.repeat(32)), y: bytes('00'.repeat(32)) }),
  'a coordinate past the prime': ecWith({ x: bytes('ff'.repeat(32)) }),
  'a coordinate that is short': ecWith({ x: bytes('01') }),
  'a coordinate that is long': ecWith({
    x: bytes(`00${Buffer.from(toJwk(elliptic).x ?? '', 'base64url').toString('hex')}`),
  }),
  'x and y exchanged': ecWith({ x: toJwk(elliptic).y as string, y: toJwk(elliptic).x as string }),
  'y missing': ecWith({ y: undefined as never }),
  'the name of another curve': ecWith({ crv: 'P-384' }),
  'a curve that no algorithm has': { ...coordinates('secp256k1'), crv: 'secp256k1' },
  'a point of another curve': { ...coordinates('secp256k1'), crv: 'P-256' },
  'the generator of P-256': ecWith({
    x: bytes(GENERATORS['P-256']?.[0] ?? ''),
    y: bytes(GENERATORS['P-256']?.[1] ?? ''),
  }),
  ...Object.fromEntries(
    SMALL_ORDER.map((x) => [`an Edwards point of small order, ${x}`, edWith({ x: bytes(x) })]),
  ),
  'an Edwards y past the prime': edWith({ x: bytes(`${'ff'.repeat(31)}7f`) }),
  'the generator of Edwards25519': edWith({ x: bytes(`58${'66'.repeat(31)}`) }),
  'an Edwards point that is short': edWith({ x: bytes('02'.repeat(31)) }),
  'an Edwards point that is long': edWith({ x: bytes('02'.repeat(33)) }),
  'another Edwards curve': edWith({ crv: 'Ed448', x: bytes('02'.repeat(57)) }),
  'a curve for key agreement': edWith({ crv: 'X25519' }),
};

function verifierOf(keys: readonly unknown[], options: Partial<VerifierOptions<Name>> = {}) {
  const jwks = { keys: keys as JWK[] };
  return createVerifier({
    issuer: ISSUER,
    layout,
    jwks,
    algorithms,
    clock: () => new Date(NOW * 1000),
    ...options,
  });
}

describe('a key that proves nothing', () => {
  test.each(Object.entries(weak))('is passed over, and the others go on working: %s', async (_title, jwk) => {
    for (const keys of [
      [jwk, toJwk(good)],
      [toJwk(good), jwk],
      [jwk, toJwk(good), jwk],
    ]) {
      const verifier = verifierOf(keys);
      expect(await codeOf(verifier.verify(makeToken(good)))).toBe('verified');
      // There is one key left for a token that names none.
      expect(await codeOf(verifier.verify(makeToken(good, { header: { kid: undefined } })))).toBe('verified');
      const signed: [KeyPair, Algorithm][] = [
        [rsa, 'RS256'],
        [elliptic, 'ES256'],
        [edwards, 'EdDSA'],
      ];
      for (const [key, algorithm] of signed)
        expect(await codeOf(verifier.verify(makeToken(key, { algorithm })))).toBe('key_unknown');
    }
    expect(() => verifierOf([jwk])).toThrow(/at least one usable public key/);
  });

  test('under the kid of a good one leaves the good one', async () => {
    const same = (jwk: JWK): JWK => ({ ...jwk, kid: good.kid });
    for (const jwk of [weak['e of 1'], weak['the private key of RSA'], weak['n of 1,024 bits']]) {
      const verifier = verifierOf([same(jwk as JWK), toJwk(good)]);
      expect(await codeOf(verifier.verify(makeToken(good)))).toBe('verified');
    }
  });

  test('lets nobody sign: e of 1, where the signature is the padded digest', async () => {
    const header = encode(JSON.stringify({ alg: 'RS256', typ: 'JWT', kid: 'weak' }));
    const signed = `${header}.${encode(JSON.stringify({ ...goodClaims, [CLAIM]: ['orders:write'] }))}`;
    const digest = createHash('sha256').update(signed).digest();
    const info = Buffer.concat([bufferOf('3031300d060960864801650304020105000420'), digest]);
    const padded = Buffer.concat([
      bufferOf('0001'),
      Buffer.alloc(256 - info.length - 3, 0xff),
      bufferOf('00'),
      info,
    ]);
    const verifier = verifierOf([weak['e of 1'], toJwk(good)]);
    expect(await codeOf(verifier.verify(`${signed}.${encode(padded)}`))).toBe('key_unknown');
  });

  test('lets nobody sign: an Edwards point of small order, under which some crypto libraries accept what nobody signed', async () => {
    const jwk = edWith({ x: bytes(SMALL_ORDER[0] ?? '') });
    const header = encode(JSON.stringify({ alg: 'EdDSA', typ: 'JWT', kid: 'weak' }));
    const signed = `${header}.${encode(JSON.stringify(goodClaims))}`;
    // R of order 1 and S of 0.
    const signature = bufferOf(`01${'00'.repeat(63)}`);
    const verifier = verifierOf([jwk, toJwk(good)]);
    expect(await codeOf(verifier.verify(`${signed}.${encode(signature)}`))).toBe('key_unknown');
  });
});

describe('an RSA modulus that is a prime', () => {
  // Its private exponent is the inverse of e modulo n - 1.
  const [e, n] = [65_537n, generatePrimeSync(2048, { bigint: true })];
  const jwk = rsaWith({ n: integer(n) });
  const d = inverse(e, n - 1n);

  test('lets nobody sign', async () => {
    const verifier = verifierOf([jwk, toJwk(good)]);
    const header = encode(JSON.stringify({ alg: 'RS256', typ: 'JWT', kid: 'weak' }));
    const signed = `${header}.${encode(JSON.stringify(goodClaims))}`;
    const info = Buffer.concat([
      bufferOf('3031300d060960864801650304020105000420'),
      createHash('sha256').update(signed).digest(),
    ]);
    const padded = Buffer.concat([
      bufferOf('0001'),
      Buffer.alloc(256 - info.length - 3, 0xff),
      bufferOf('00'),
      info,
    ]);
    const signature = power(bigEndian(padded), d, n);
    expect(power(signature, e, n)).toBe(bigEndian(padded));
    const token = `${signed}.${integer(signature).padStart(342, 'A')}`;
    // Twice: the second token does not find the key ready.
    for (const _ of [1, 2]) expect(await codeOf(verifier.verify(token))).toBe('key_unknown');
    expect(await codeOf(verifier.verify(makeToken(good)))).toBe('verified');
  });

  test.each(moduli)('is known for $bits bits, and one of two factors is none', ({ bits, key }) => {
    const prime =
      bits < 3072
        ? generatePrimeSync(bits, { bigint: true })
        : // Of RFC 3526: to find another would take seconds.
          bigEndian(getDiffieHellman(bits === 3072 ? 'modp15' : 'modp16').getPrime());
    expect(prime >> BigInt(bits - 1)).toBe(1n);
    expect(isProbablePrime(prime)).toBe(true);
    const { n: product } = toJwk(key);
    expect(isProbablePrime(bigEndian(Buffer.from(product ?? '', 'base64url')))).toBe(false);
  });
});

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}

/** By Euclid's extended algorithm. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value, modulus, 1n, 0n];
  while (b !== 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return ((x % modulus) + modulus) % modulus;
}

describe('a key as issuers publish it', () => {
  const pairs: [string, KeyPair, Algorithm][] = [
    ...moduli.map(({ bits, key }): [string, KeyPair, Algorithm] => [
      `RSA of ${bits.toLocaleString('en')} bits`,
      key,
      bits === 3072 ? 'PS256' : 'RS256',
    ]),
    [
      'RSA with e of 3',
      { kid: 'k', ...generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }) },
      'RS256',
    ],
    [
      'RSA with e of 17',
      { kid: 'k', ...generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 17 }) },
      'RS256',
    ],
    ...Array.from({ length: 5 }, (_, index): [string, KeyPair, Algorithm] => [
      `P-256, ${index}`,
      ecKey('k', 'P-256'),
      'ES256',
    ]),
    ['P-384', ecKey('k', 'P-384'), 'ES384'],
    ['P-521', ecKey('k', 'P-521'), 'ES512'],
    ['Ed25519', edKey('k'), 'EdDSA'],
  ];
  const ways: [string, Partial<JWK>][] = [
    ['with use', { use: 'sig' }],
    ['with key_ops', { use: undefined as never, key_ops: ['verify'] }],
    ['with both', { use: 'sig', key_ops: ['verify'] }],
    ['with key_ops of the pair', { use: undefined as never, key_ops: ['sign', 'verify'] }],
    ['with neither', { use: undefined as never }],
    ['with a certificate', { x5t: 'AAAA', x5c: ['MIIC'], 'x5t#S256': 'AAAA', ext: true }],
  ];
  test.each(pairs)('is used: %s', async (_title, key, algorithm) => {
    for (const [, members] of ways) {
      const jwk = JSON.parse(JSON.stringify({ ...toJwk(key), alg: algorithm, ...members }));
      const verifier = verifierOf([jwk]);
      const token = makeToken(key, { algorithm });
      for (const offered of [token, token, makeToken(key, { algorithm, claims: { jti: '2' } })])
        expect(await codeOf(verifier.verify(offered))).toBe('verified');
      const forged = signText(
        encode(JSON.stringify({ alg: algorithm, typ: 'JWT', kid: 'k' })),
        encode(JSON.stringify({ ...goodClaims, sub: 'forged' })),
        algorithm.startsWith('ES') || algorithm.startsWith('Ed')
          ? algorithm === 'EdDSA'
            ? edKey('k')
            : ecKey('k', curveOf(algorithm))
          : rsaKey('k'),
        algorithm,
      );
      expect(await codeOf(verifier.verify(forged))).toBe('signature_invalid');
    }
  });

  test('keeps its leading zeros of RSA, which some libraries write', () => {
    const jwk = toJwk(good);
    const padded = Buffer.concat([Buffer.alloc(1), Buffer.from(jwk.n ?? '', 'base64url')]).toString(
      'base64url',
    );
    expect(readPublicJwk({ ...jwk, n: padded, e: 'AAEAAQ' })).toBeDefined();
  });
});

function curveOf(algorithm: Algorithm): string {
  return { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[algorithm as 'ES256'];
}

function bufferOf(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}
