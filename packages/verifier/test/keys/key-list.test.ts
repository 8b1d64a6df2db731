// Which key of a key set a token means, and how the keys of one answer become those of the next.
import { getDiffieHellman } from 'node:crypto';
import type { JWK } from 'jose';
import { describe, expect, test, vi } from 'vitest';
import type { Algorithm } from '../../src/algorithms.ts';
import { KEY_KINDS } from '../../src/algorithms.ts';
import { FixedKeySet } from '../../src/keys/fixed-key-set.ts';
import { KeyList } from '../../src/keys/key-list.ts';
import type { PublishedKey } from '../../src/keys/published-key.ts';
import { webPlatform } from '../../src/platform/web.ts';
import { ecKey, edKey, keySet, rsaKey, toJwk } from '../support/issuer.ts';

const ALGORITHMS = Object.keys(KEY_KINDS) as Algorithm[];
const rsa = rsaKey('rsa');
const other = rsaKey('other');
const elliptic = {
  ES256: ecKey('p256', 'P-256'),
  ES384: ecKey('p384', 'P-384'),
  ES512: ecKey('p521', 'P-521'),
};
const edwards = edKey('ed');
const pairs = [rsa, ...Object.values(elliptic), edwards];

const listOf = (...keys: JWK[]): KeyList => new KeyList({ keys });
const kidOf = (list: KeyList, alg: Algorithm, kid?: string): string | undefined =>
  list.find({ alg, kid })?.kid;

function found(list: KeyList, kid: string, alg: Algorithm = 'RS256'): PublishedKey {
  return list.find({ alg, kid }) ?? expect.fail(`no key ${kid}`);
}

describe('a token', () => {
  const kidFor: Record<Algorithm, string> = {
    ...{ RS256: 'rsa', RS384: 'rsa', RS512: 'rsa', PS256: 'rsa', PS384: 'rsa', PS512: 'rsa' },
    ...{ ES256: 'p256', ES384: 'p384', ES512: 'p521', EdDSA: 'ed', Ed25519: 'ed' },
  };
  const all = listOf(...pairs.map((pair) => toJwk(pair)));

  test.each(ALGORITHMS)('of %s means a key of its type and curve, and no other by its kid', (alg) => {
    expect(kidOf(all, alg)).toBe(kidFor[alg]);
    for (const { kid } of pairs)
      expect([kid, kidOf(all, alg, kid)]).toEqual([kid, kid === kidFor[alg] ? kid : undefined]);
    expect(kidOf(all, alg, 'unknown')).toBeUndefined();
    expect(kidOf(all, alg, '')).toBeUndefined();
  });

  test.each(ALGORITHMS)('of %s means no key that was made for another algorithm', (alg) => {
    for (const made of [...ALGORITHMS, 'none', 'HS256', '']) {
      const list = listOf(...pairs.map((pair) => toJwk(pair, { alg: made })));
      expect([made, kidOf(list, alg)]).toEqual([made, made === alg ? kidFor[alg] : undefined]);
    }
  });

  test('that names no key means none where it could mean several', () => {
    const list = listOf(toJwk(rsa), toJwk(other), toJwk(elliptic.ES256));
    expect(kidOf(list, 'RS256')).toBeUndefined();
    expect(kidOf(list, 'RS256', 'rsa')).toBe('rsa');
    expect(kidOf(list, 'RS256', 'other')).toBe('other');
    expect(kidOf(list, 'ES256')).toBe('p256');
    const three = listOf(toJwk(rsa), toJwk(other), toJwk(other, { kid: 'third' }));
    expect(three.find({ alg: 'RS256', kid: undefined })).toBeUndefined();
  });

  test('that names no key means one key also where it is there twice', () => {
    expect(kidOf(listOf(toJwk(rsa), toJwk(rsa)), 'RS256')).toBe('rsa');
  });

  test('means an RSA key also where that has a member of other types of keys', () => {
    expect(kidOf(listOf(toJwk(rsa, { crv: 'P-256' })), 'RS256', 'rsa')).toBe('rsa');
  });

  test('that names a key never means one without a kid', () => {
    const { kid: _kid, ...nameless } = toJwk(rsa);
    expect(listOf(nameless).find({ alg: 'RS256', kid: 'rsa' })).toBeUndefined();
    expect(listOf(nameless).find({ alg: 'RS256', kid: undefined })).toBeDefined();
  });
});

describe('a key set', () => {
  test.each([
    undefined,
    null,
    1,
    'keys',
    [],
    {},
    { keys: null },
    { keys: 'rsa' },
    { keys: { 0: toJwk(rsa), length: 1 } },
    Object.create(keySet(rsa)),
    [toJwk(rsa)],
  ])('is nothing like %j', (value) => {
    expect(() => new KeyList(value)).toThrow('"keys" of the key set must be an array');
  });

  test.each([[[]], [[null, 1, 'x', {}]], [[{ kty: 'oct', k: 'AAAA' }]], [[toJwk(rsa, { use: 'enc' })]]])(
    'has at least one usable key: %j',
    (keys) => {
      expect(() => new KeyList({ keys })).toThrow('the key set has no usable public key');
    },
  );
});

describe('a key that is published again', () => {
  test('stays the same key, and is not retired', () => {
    const before = listOf(toJwk(rsa));
    const key = found(before, 'rsa');
    const after = new KeyList({ keys: [toJwk(other), { ...toJwk(rsa), x5t: 'AAAA' }] }, before);
    expect(found(after, 'rsa')).toBe(key);
    expect(key.retired).toBe(false);
    expect(found(after, 'other').retired).toBe(false);
  });

  test.each<[string, readonly JWK[], string]>([
    ['left the set', [toJwk(other)], 'rsa'],
    ['was replaced under its kid', [toJwk(other, { kid: 'rsa' })], 'rsa'],
    ['is published for another algorithm', [toJwk(rsa, { alg: 'PS256' })], 'rsa'],
    ['has another kid', [toJwk(rsa, { kid: 'new' })], 'rsa'],
  ])('is retired once it %s', (_, keys, kid) => {
    const before = listOf(toJwk(rsa));
    const key = found(before, kid);
    expect(key.retired).toBe(false);
    new KeyList({ keys }, before);
    expect(key.retired).toBe(true);
  });

  test('is not retired by an answer that is no key set', () => {
    const before = listOf(toJwk(rsa));
    expect(() => new KeyList({ keys: [] }, before)).toThrow();
    expect(found(before, 'rsa').retired).toBe(false);
  });
});

describe('a key', () => {
  const live = (): boolean => true;

  test('is imported once for an algorithm, however often it is asked for', async () => {
    const key = found(listOf(toJwk(rsa)), 'rsa');
    const imports = vi.spyOn(crypto.subtle, 'importKey');
    try {
      const first = key.prepare('RS256', webPlatform, live);
      expect(key.prepare('RS256', webPlatform, live)).toBe(first);
      const ready = await first;
      expect(key.prepare('RS256', webPlatform, live)).toBe(ready);
      expect(imports).toHaveBeenCalledTimes(1);
      expect(await key.prepare('PS256', webPlatform, live)).not.toBe(ready);
      expect(imports).toHaveBeenCalledTimes(2);
      expect([ready.signatureBytes, ready.isLive]).toEqual([256, live]);
    } finally {
      imports.mockRestore();
    }
  });

  test('that could not be imported is imported again when it is asked for again', async () => {
    const key = found(listOf(toJwk(rsa)), 'rsa');
    const cause = new Error('the library is broken');
    const imports = vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(cause);
    try {
      await expect(key.prepare('RS256', webPlatform, live)).rejects.toMatchObject({
        code: 'crypto_failed',
        cause,
      });
    } finally {
      imports.mockRestore();
    }
    expect((await key.prepare('RS256', webPlatform, live)).signatureBytes).toBe(256);
  });

  test('whose modulus is a prime is never ready', async () => {
    const n = getDiffieHellman('modp14').getPrime('base64').replaceAll('+', '-').replaceAll('/', '_');
    const key = found(listOf(toJwk(rsa, { n: n.replaceAll('=', '') })), 'rsa');
    for (const algorithm of ['RS256', 'RS256', 'PS256'] as const)
      await expect(key.prepare(algorithm, webPlatform, live)).rejects.toMatchObject({
        code: 'key_unknown',
        message: 'the modulus of the key is a prime',
      });
  });
});

describe('a key set that is given as an object', () => {
  test('gives its keys for good', async () => {
    const set = new FixedKeySet(keySet(rsa, elliptic.ES256));
    await set.prefetch();
    const key = await set.find({ alg: 'ES256', kid: 'p256' }, webPlatform);
    expect([key.signatureBytes, key.isLive()]).toEqual([64, true]);
    expect(set.find({ alg: 'ES256', kid: 'p256' }, webPlatform)).toBe(key);
  });

  test('has no other keys', () => {
    const set = new FixedKeySet(keySet(rsa));
    for (const header of [{ alg: 'RS256', kid: 'other' } as const, { alg: 'ES256', kid: 'rsa' } as const])
      expect(() => set.find(header, webPlatform)).toThrow(
        expect.objectContaining({
          code: 'key_unknown',
          message: 'no applicable key found in the key set',
        }),
      );
  });
});
