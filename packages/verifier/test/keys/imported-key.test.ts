// Keys as crypto libraries hold them: each is for its own algorithm only, and for none where it proves nothing.
import type { KeyObject } from 'node:crypto';
import { createPublicKey, createSecretKey, generateKeyPairSync } from 'node:crypto';
import type { JWK } from 'jose';
import { importJWK } from 'jose';
import { describe, expect, test } from 'vitest';
import type { Algorithm } from '../../src/algorithms.ts';
import { KEY_KINDS } from '../../src/algorithms.ts';
import type { ImportedKey } from '../../src/keys/imported-key.ts';
import { isPublicKey, signatureBytes, toCryptoKey } from '../../src/keys/imported-key.ts';
import type { CryptoKey } from '../../src/platform/crypto-key.ts';
import type { KeyPair } from '../support/issuer.ts';
import { ecKey, edKey, rsaKey, toJwk } from '../support/issuer.ts';

const ALGORITHMS = Object.keys(KEY_KINDS) as Algorithm[];
const rsa = rsaKey('rsa');
const edwards = edKey('ed');
const elliptic = { ES256: ecKey('a', 'P-256'), ES384: ecKey('b', 'P-384'), ES512: ecKey('c', 'P-521') };
const BYTES: Partial<Record<Algorithm, number>> = {
  ES256: 64,
  ES384: 96,
  ES512: 132,
  EdDSA: 64,
  Ed25519: 64,
};

function pairFor(algorithm: Algorithm): KeyPair {
  if (algorithm.startsWith('Ed')) return edwards;
  return elliptic[algorithm as 'ES256'] ?? rsa;
}

async function cryptoKeyOf(jwk: JWK, algorithm: Algorithm): Promise<CryptoKey> {
  return (await importJWK(jwk, algorithm)) as CryptoKey;
}

/** An RSA key of these numbers; nobody signs with it. */
function rsaWith(bits: number, e: string): JWK {
  const n = Buffer.alloc(Math.ceil(bits / 8), 0xff);
  n[0] = 2 ** (((bits - 1) % 8) + 1) - 1;
  return { kty: 'RSA', n: n.toString('base64url'), e };
}
const keyObjectOf = (jwk: JWK): ImportedKey =>
  createPublicKey({ key: jwk as never, format: 'jwk' }) as unknown as ImportedKey;
const publicKeyOf = (pair: { publicKey: KeyObject }): ImportedKey => pair.publicKey as unknown as ImportedKey;

describe.each(ALGORITHMS)('a key for %s', (algorithm) => {
  const same = (other: Algorithm): boolean =>
    other === algorithm || (other.startsWith('Ed') && algorithm.startsWith('Ed'));

  test('of WebCrypto has signatures of one length, and none by other algorithms', async () => {
    const key = await cryptoKeyOf(toJwk(pairFor(algorithm)), algorithm);
    for (const other of ALGORITHMS)
      expect([other, signatureBytes(key, other)]).toEqual([
        other,
        same(other) ? (BYTES[algorithm] ?? 256) : undefined,
      ]);
  });

  test('of Node has signatures of one length, and none by algorithms of other types of keys', () => {
    const key = publicKeyOf(pairFor(algorithm));
    const kind = KEY_KINDS[algorithm];
    for (const other of ALGORITHMS) {
      const fits = KEY_KINDS[other].kty === kind.kty && KEY_KINDS[other].crv === kind.crv;
      expect([other, signatureBytes(key, other)]).toEqual([
        other,
        fits ? (BYTES[algorithm] ?? 256) : undefined,
      ]);
    }
  });

  test('of Node is made one of WebCrypto for it, and one of WebCrypto stays as it is', async () => {
    const made = await toCryptoKey(publicKeyOf(pairFor(algorithm)), algorithm);
    expect(Object.prototype.toString.call(made)).toBe('[object CryptoKey]');
    expect(signatureBytes(made, algorithm)).toBe(BYTES[algorithm] ?? 256);
    expect(await toCryptoKey(made, algorithm)).toBe(made);
  });
});

describe('an RSA key', () => {
  const SCHEMES = [
    ['RS256', 'RSASSA-PKCS1-v1_5', 'SHA-256'],
    ['PS512', 'RSA-PSS', 'SHA-512'],
  ] as const;
  test.each<[number, string, number | undefined]>([
    [1024, 'AQAB', undefined],
    [2047, 'AQAB', undefined],
    [2048, 'AQAB', 256],
    [2049, 'AQAB', 257],
    [3072, 'AQAB', 384],
    [2048, 'Aw', 256],
    [2048, 'AQ', undefined],
    [2048, 'Ag', undefined],
    [2048, 'AQAA', undefined],
  ])('of %i bits and the exponent %s has signatures of %s bytes', async (bits, e, expected) => {
    const jwk = rsaWith(bits, e);
    for (const [algorithm, name, hash] of SCHEMES) {
      const key = await crypto.subtle.importKey('jwk', jwk as never, { name, hash }, true, ['verify']);
      expect(signatureBytes(key as ImportedKey, algorithm)).toBe(expected);
      expect(signatureBytes(keyObjectOf(jwk), algorithm)).toBe(expected);
    }
  });

  test('whose exponent is an ArrayBuffer, as workerd gave it, is read alike', async () => {
    const { usages, algorithm } = await cryptoKeyOf(toJwk(rsa), 'RS256');
    const withExponent = (...bytes: number[]): ImportedKey => {
      const publicExponent = Uint8Array.from(bytes).buffer;
      return {
        type: 'public',
        usages,
        algorithm: { ...algorithm, publicExponent },
      } as unknown as ImportedKey;
    };
    expect(signatureBytes(withExponent(1, 0, 1), 'RS256')).toBe(256);
    expect(signatureBytes(withExponent(1), 'RS256')).toBeUndefined();
    expect(signatureBytes(withExponent(1, 0, 0), 'RS256')).toBeUndefined();
  });

  test('of which the library does not tell size or exponent is for no algorithm', async () => {
    const { usages, algorithm } = await cryptoKeyOf(toJwk(rsa), 'RS256');
    for (const member of ['modulusLength', 'publicExponent', 'hash']) {
      const key = { type: 'public', usages, algorithm: { ...algorithm, [member]: undefined } };
      expect(signatureBytes(key as unknown as ImportedKey, 'RS256')).toBeUndefined();
    }
    // As Node before 15.7 has no details of keys.
    const plain = { type: 'public', export: () => ({}) };
    for (const asymmetricKeyType of ['rsa', 'ec'])
      for (const algorithm of ['RS256', 'PS256', 'ES256'] as const)
        expect(signatureBytes({ ...plain, asymmetricKeyType } as ImportedKey, algorithm)).toBeUndefined();
    const details = { modulusLength: 2048 };
    const partly = { ...plain, asymmetricKeyType: 'rsa', asymmetricKeyDetails: details };
    expect(signatureBytes(partly as ImportedKey, 'RS256')).toBeUndefined();
  });
});

describe('for no algorithm', () => {
  test.each<[string, () => { publicKey: KeyObject }]>([
    ['secp256k1', () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' })],
    ['Ed448', () => generateKeyPairSync('ed448')],
    ['X25519', () => generateKeyPairSync('x25519')],
    ['RSA-PSS, which has rules of its own', () => generateKeyPairSync('rsa-pss', { modulusLength: 2048 })],
  ])('is a key of Node of type %s', (_, make) => {
    const key = publicKeyOf(make());
    for (const algorithm of ALGORITHMS) expect(signatureBytes(key, algorithm)).toBeUndefined();
  });

  test.each<[string, KeyPair, object, readonly string[]]>([
    ['a key for ECDH', elliptic.ES256, { name: 'ECDH', namedCurve: 'P-256' }, []],
    ['a key for RSA-OAEP', rsa, { name: 'RSA-OAEP', hash: 'SHA-256' }, ['encrypt']],
    ['an RSA key by SHA-1', rsa, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-1' }, ['verify']],
    ['an RSA key that may not verify', rsa, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, []],
    ['an elliptic key that may not verify', elliptic.ES256, { name: 'ECDSA', namedCurve: 'P-256' }, []],
    ['an Edwards key that may not verify', edwards, { name: 'Ed25519' }, []],
  ])('is %s, of WebCrypto', async (_, pair, algorithm, usages) => {
    const { use: _use, ...jwk } = toJwk(pair);
    const key = await crypto.subtle.importKey('jwk', jwk as never, algorithm as never, true, usages as never);
    for (const wanted of ALGORITHMS) expect(signatureBytes(key as ImportedKey, wanted)).toBeUndefined();
  });
});

test('what a library says of a key of one type is nothing to algorithms of another', async () => {
  const { usages, algorithm } = await cryptoKeyOf(toJwk(elliptic.ES256), 'ES256');
  const claims = { type: 'public', usages, algorithm: { ...algorithm, name: 'ECDH' } };
  expect(signatureBytes(claims as unknown as ImportedKey, 'ES256')).toBeUndefined();
  const asymmetricKeyDetails = { namedCurve: 'prime256v1', modulusLength: 2048, publicExponent: 65_537n };
  for (const [asymmetricKeyType, bytes] of [
    ['ec', { ES256: 64, RS256: undefined }],
    ['rsa', { ES256: undefined, RS256: 256 }],
    ['dsa', { ES256: undefined, RS256: undefined }],
  ] as const)
    for (const wanted of ['ES256', 'RS256'] as const) {
      const key = { type: 'public', asymmetricKeyType, asymmetricKeyDetails, export: () => ({}) };
      expect([asymmetricKeyType, wanted, signatureBytes(key, wanted)]).toEqual([
        asymmetricKeyType,
        wanted,
        bytes[wanted],
      ]);
    }
});

describe('a public key', () => {
  test('is one of WebCrypto or of Node', async () => {
    expect(isPublicKey(rsa.publicKey)).toBe(true);
    expect(isPublicKey(await cryptoKeyOf(toJwk(rsa), 'RS256'))).toBe(true);
  });

  test('is nothing that is private or secret', async () => {
    expect(isPublicKey(rsa.privateKey)).toBe(false);
    expect(isPublicKey(await importJWK(rsa.privateKey.export({ format: 'jwk' }) as JWK, 'RS256'))).toBe(
      false,
    );
    expect(isPublicKey(createSecretKey(Buffer.alloc(32)))).toBe(false);
    const hash = { name: 'HMAC', hash: 'SHA-256' };
    expect(isPublicKey(await crypto.subtle.generateKey(hash, false, ['verify']))).toBe(false);
  });

  test.each([
    undefined,
    null,
    'public',
    1,
    true,
    [],
    {},
    { type: 'public' },
    { algorithm: {} },
    { asymmetricKeyType: 'rsa' },
    { type: 'Public', algorithm: {} },
    { type: ['public'], algorithm: {} },
  ])('is nothing like %j', (value) => {
    expect(isPublicKey(value)).toBe(false);
  });

  test('that turns out to be a secret is refused', async () => {
    const key = { type: 'public', asymmetricKeyType: 'rsa', export: () => ({ kty: 'oct', k: 'AAAA' }) };
    await expect(toCryptoKey(key, 'RS256')).rejects.toThrow('the key is no public key');
  });
});
