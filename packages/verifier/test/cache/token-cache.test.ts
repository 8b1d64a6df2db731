import { describe, expect, test } from 'vitest';
import { hasPermission } from '../../src/access.ts';
import { TokenCache } from '../../src/cache/token-cache.ts';
import { lookUpHeader } from '../../src/header-lookup.ts';
import { parseStrictJson } from '../../src/token/strict-json.ts';
import { createVerifier } from '../../src/verifier.ts';
import {
  CLAIM,
  encode,
  goodClaims,
  ISSUER,
  keySet,
  layout,
  makeToken,
  NOW,
  rsaKey,
} from '../support/issuer.ts';
import { lookUp } from '../support/look-up.ts';

const key = rsaKey('main');
const jwks = keySet(key);
const token = makeToken(key);

/** The same text in other memory, as the next request brings it. */
const copy = (text: string): string => Buffer.from(text).toString();

describe('a verified token', () => {
  test('is answered at once with the same access', async () => {
    const verifier = createVerifier({ issuer: ISSUER, layout, jwks, clock: () => new Date(NOW * 1000) });
    expect(lookUp(verifier, token)).toBeUndefined();
    const access = await verifier.verify(token);
    expect(lookUp(verifier, copy(token))).toBe(access);
    expect(await verifier.verify(copy(token))).toBe(access);
  });

  test('is found by its Authorization header, and where no header is asked for by none', async () => {
    const verifier = createVerifier({ issuer: ISSUER, layout, jwks, clock: () => new Date(NOW * 1000) });
    expect(lookUpHeader(verifier, `Bearer ${token}`)).toBeUndefined();
    const access = await verifier.verify(token);
    expect(lookUpHeader(verifier, copy(`Bearer ${token}`))).toBe(access);
    for (const other of [
      token,
      `bearer ${token}`,
      `Basic ${token}`,
      `DPoP ${token}`,
      `Bearer ${token} ${token}`,
    ])
      expect(lookUpHeader(verifier, other)).toBeUndefined();
    expect(lookUp(verifier, `Bearer ${token}`)).toBeUndefined();
    await expect(verifier.verify(`Bearer ${token}`)).rejects.toMatchObject({ status: 401 });
  });

  test('is not kept with cache: false', async () => {
    const verifier = createVerifier({
      issuer: ISSUER,
      layout,
      jwks,
      cache: false,
      clock: () => new Date(NOW * 1000),
    });
    const access = await verifier.verify(token);
    expect(lookUp(verifier, token)).toBeUndefined();
    expect(await verifier.verify(token)).not.toBe(access);
  });

  test('expires in the cache to the second, and is not valid before its nbf and iat either', async () => {
    let now = NOW;
    const verifier = createVerifier({
      issuer: ISSUER,
      layout,
      jwks,
      clockTolerance: 0,
      clock: () => new Date(now * 1000),
    });
    const dated = makeToken(key, { claims: { iat: NOW - 10, nbf: NOW - 5, exp: NOW + 10 } });
    await verifier.verify(dated);
    const answers: [number, string | undefined][] = [
      [NOW + 9.999, undefined],
      [NOW + 10, 'token_expired'],
      [NOW - 5, undefined],
      [NOW - 5.001, 'token_not_yet_valid'],
      [NOW - 11, 'token_not_yet_valid'],
      [Number.NaN, 'token_expired'],
    ];
    for (const [at, code] of answers) {
      now = at;
      const error = await verifier.verify(dated).then(
        () => undefined,
        (reason) => reason.code,
      );
      expect([at, error]).toEqual([at, code]);
    }
  });

  test('takes no room once it was refused for its age', async () => {
    let now = NOW;
    const clock = () => new Date(now * 1000);
    const verifier = createVerifier({ issuer: ISSUER, layout, jwks, cache: { entries: 2 }, clock });
    const short = makeToken(key, { claims: { exp: NOW + 10 } });
    await verifier.verify(short);
    await verifier.verify(token);
    now += 60;
    await expect(verifier.verify(short)).rejects.toMatchObject({ code: 'token_expired' });
    await verifier.verify(makeToken(key, { claims: { jti: 'third' } }));
    expect(lookUp(verifier, token)).toBeDefined();
  });

  test('lends nothing to other claims under its signature', async () => {
    const verifier = createVerifier({ issuer: ISSUER, layout, jwks, clock: () => new Date(NOW * 1000) });
    await verifier.verify(token);
    const [header = '', , signature = ''] = token.split('.');
    const changed = encode(JSON.stringify({ ...goodClaims, [CLAIM]: ['orders:write'] }));
    const forged = `${header}.${changed}.${signature}`;
    expect(lookUp(verifier, forged)).toBeUndefined();
    await expect(verifier.verify(forged)).rejects.toMatchObject({ code: 'signature_invalid' });
    expect(lookUp(verifier, token)).toBeDefined();
  });

  test('is not found by another token that ends alike', () => {
    const cache = new TokenCache<string>({ entries: 10, bytes: 100_000 });
    const access = {} as never;
    const validity = { from: 0, until: 1e12 };
    const liveKey = { check: () => true, signatureBytes: 256, isLive: () => true };
    const end = 'x'.repeat(12);
    cache.add({ token: `a.b.${end}`, access, validity, key: liveKey, freshness: undefined, bytes: 100 });
    expect(cache.get(`a.b.${end}`)?.access).toBe(access);
    expect(cache.getByHeader(`Bearer a.b.${end}`)?.access).toBe(access);
    for (const other of [`a.c.${end}`, `.b.${end}`, `aa.b.${end}`, end]) {
      expect(cache.get(other)).toBeUndefined();
      expect(cache.getByHeader(`Bearer ${other}`)).toBeUndefined();
    }
  });
});

/** What the cache counts for a token whose claim has one byte of permissions. */
function weightOf(text: string): number {
  const payload = Buffer.from(text.split('.')[1] ?? '', 'base64url').toString();
  return 1536 + `Bearer ${text}`.length + (parseStrictJson(payload)?.bytes ?? 0) + 1;
}

describe('the cache', () => {
  test('is not grown by failures', async () => {
    const verifier = createVerifier({
      issuer: ISSUER,
      layout,
      jwks,
      cache: { entries: 1 },
      clock: () => new Date(NOW * 1000),
    });
    await verifier.verify(token);
    for (const claims of [{ exp: NOW - 60 }, { aud: 'x' }, { sub: 1 }, { [layout.claim]: 'AAAAAA.A' }]) {
      await expect(verifier.verify(makeToken(key, { claims }))).rejects.toMatchObject({ status: 401 });
    }
    await expect(verifier.verify(`${token.slice(0, -8)}AAAAAAAA`)).rejects.toMatchObject({ status: 401 });
    // The one place is still taken by the token that passed.
    expect(lookUp(verifier, token)).toBeDefined();
  });

  test.each([
    ['entries', { entries: 3 }],
    ['bytes', { bytes: 3 * weightOf(makeToken(key, { claims: { jti: '0' } })) }],
  ])('is bounded in %s, the least recently used leaving first', async (_title, cache) => {
    const verifier = createVerifier({
      issuer: ISSUER,
      layout,
      jwks,
      cache,
      clock: () => new Date(NOW * 1000),
    });
    const tokens = ['0', '1', '2', '3'].map((jti) => makeToken(key, { claims: { jti } }));
    for (const text of tokens.slice(0, 3)) await verifier.verify(text);
    lookUp(verifier, tokens[0] ?? '');
    await verifier.verify(tokens[3] ?? '');
    expect(tokens.map((text) => lookUp(verifier, text) !== undefined)).toEqual([true, false, true, true]);
  });

  test('refuses every other spelling of a token that it holds', async () => {
    const verifier = createVerifier({ issuer: ISSUER, layout, jwks, clock: () => new Date(NOW * 1000) });
    await verifier.verify(token);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const passed: string[] = [];
    for (const last of alphabet) {
      const spelling = token.slice(0, -1) + last;
      if (
        await verifier.verify(spelling).then(
          () => true,
          () => false,
        )
      )
        passed.push(spelling);
    }
    expect(passed).toEqual([token]);
  });

  test.each([0, -1, 1.5, Number.NaN, '5', null])('takes no bound of %j', (entries) => {
    const cache = { entries } as { entries: number };
    expect(() => createVerifier({ issuer: ISSUER, layout, jwks, cache })).toThrow(/cache.entries/);
  });
});

describe('what is handed out', () => {
  test('can not be changed, in no part', async () => {
    const verifier = createVerifier({ issuer: ISSUER, layout, jwks, clock: () => new Date(NOW * 1000) });
    const nested = makeToken(key, { claims: { app: { roles: ['a', { b: 1 }] } } });
    const access = await verifier.verify(nested);
    const seen: unknown[] = [];
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null || seen.includes(value)) return;
      seen.push(value);
      expect(Object.isFrozen(value)).toBe(true);
      for (const member of Reflect.ownKeys(value)) visit(Reflect.get(value, member));
    };
    visit(access);
    // Access, permissions, claims, aud, app, roles, {b}.
    expect(seen).toHaveLength(7);
    expect(() => {
      (access.claims as { sub: string }).sub = 'admin';
    }).toThrow(TypeError);
    expect(() => Object.assign(access.permissions, { has: () => true })).toThrow(TypeError);
    expect(hasPermission(access, 'orders:write')).toBe(false);
    expect(access.claims.aud).toEqual(goodClaims['aud']);
  });
});
