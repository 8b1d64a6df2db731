import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { authenticateHeader } from '../src/bearer.ts';
import { OVERFLOW_MARKER } from '../src/claim/generations.ts';
import type { VerifierHooks } from '../src/hooks.ts';
import { createKeySet } from '../src/keys/create-key-set.ts';
import { createVerifier } from '../src/verifier.ts';
import { codeOf } from './support/answers.ts';
import {
  CLAIM,
  CLAIM_VALUE,
  goodClaims,
  ISSUER,
  keySet,
  layout,
  makeToken,
  NOW,
  rsaKey,
} from './support/issuer.ts';
import { fail, KeyServer, serve } from './support/key-server.ts';

const key = rsaKey('main');
const clock = () => new Date(NOW * 1000);

/** Hooks that note what they are told. */
function notes(): { told: [string, Record<string, unknown>][]; on: VerifierHooks } {
  const told: [string, Record<string, unknown>][] = [];
  const note = (name: string) => (event: object) => void told.push([name, event as Record<string, unknown>]);
  const on = {
    verified: note('verified'),
    refused: note('refused'),
    cacheHit: note('cacheHit'),
    keySetFetched: note('keySetFetched'),
  };
  return { told, on };
}
const verifierWith = (on: VerifierHooks, more: object = {}) =>
  createVerifier({ issuer: ISSUER, layout, jwks: keySet(key), clock, on, ...more });

describe('hooks are told', () => {
  test('of a token that is verified, then of each time that the cache has it, by verify and by the adapters', async () => {
    const { told, on } = notes();
    const verifier = verifierWith(on);
    const token = makeToken(key);
    await verifier.verify(token);
    await verifier.verify(token);
    await authenticateHeader(verifier, `Bearer ${token}`);
    const seconds = expect.any(Number);
    expect(told).toEqual([
      ['verified', { api: 'orders', layout: 'current', readFrom: 'claim', seconds }],
      ['cacheHit', { api: 'orders' }],
      ['cacheHit', { api: 'orders' }],
    ]);
    expect(told[0]?.[1]['seconds']).toBeGreaterThanOrEqual(0);
  });

  test.each([
    ['token_malformed', 401, 'x'],
    ['token_expired', 401, makeToken(key, { claims: { exp: NOW - 60 } })],
    ['claim_overflow', 403, makeToken(key, { claims: { [CLAIM]: OVERFLOW_MARKER } })],
    ['signature_invalid', 401, makeToken({ ...rsaKey('main'), kid: 'main' })],
  ])('of a token that is refused, with its code %s', async (code, status, token) => {
    const { told, on } = notes();
    expect(await codeOf(verifierWith(on).verify(token))).toBe(code);
    expect(told).toEqual([['refused', { api: 'orders', code, status, seconds: expect.any(Number) }]]);
  });

  test('of nothing of a token: neither of its text, nor of its claims or its signature', async () => {
    const { told, on } = notes();
    const verifier = verifierWith(on);
    const tokens = [makeToken(key), makeToken(key, { claims: { exp: 1 } }), `${makeToken(key)}x`, 'x.y.z'];
    for (const token of [...tokens, ...tokens]) await codeOf(verifier.verify(token));
    const said = JSON.stringify(told);
    expect(told.length).toBe(8);
    const parts = [
      ...tokens.flatMap((token) => token.split('.')),
      goodClaims['sub'],
      goodClaims['azp'],
      CLAIM_VALUE,
    ];
    for (const part of parts) if (String(part).length > 1) expect(said).not.toContain(part);
  });
});

describe('of a key set', () => {
  const server = new KeyServer(serve(keySet(key)));
  let url: URL;
  beforeAll(async () => {
    url = await server.listen();
  });
  afterAll(() => server.close());

  test('a hook is told of each attempt, and why one failed', async () => {
    const { told, on } = notes();
    server.behaviour = fail(500);
    await expect(verifierWith(on, { jwks: url }).prefetch()).rejects.toThrow();
    server.behaviour = serve(keySet(key));
    await verifierWith(on, { jwks: url }).prefetch();
    expect(told).toEqual([
      ['keySetFetched', { url: url.href, seconds: expect.any(Number), error: expect.any(Error) }],
      ['keySetFetched', { url: url.href, seconds: expect.any(Number), error: undefined }],
    ]);
  });

  test('a shared one tells its own hook', async () => {
    const { told, on } = notes();
    const told2: unknown[] = [];
    const jwks = createKeySet(url, { onFetched: (event) => told2.push(event) });
    await verifierWith(on, { jwks }).prefetch();
    expect([told.length, told2.length]).toEqual([0, 1]);
  });
});

describe('a hook that fails', () => {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  afterEach(() => printed.mockClear());
  afterAll(() => printed.mockRestore());

  test.each<[string, () => void]>([
    [
      'throws',
      () => {
        throw new Error('a fault of the hook');
      },
    ],
    ['rejects', (() => Promise.reject(new Error('a fault of the hook'))) as () => void],
  ])('and %s has no effect but a line on the console', async (_, hook) => {
    const verifier = verifierWith({ verified: hook, refused: hook, cacheHit: hook });
    const token = makeToken(key);
    expect(await codeOf(verifier.verify(token))).toBe('verified');
    expect(await codeOf(verifier.verify(token))).toBe('verified');
    expect(await codeOf(verifier.verify('x'))).toBe('token_malformed');
    await new Promise((resolve) => setImmediate(resolve));
    expect(printed).toHaveBeenCalledTimes(3);
  });

  test.each([{ verifid: () => {} }, { verified: 'x' }, null, 1])(
    'or is none, like %o, is refused at once',
    (on) => {
      expect(() => verifierWith(on as never)).toThrow(TypeError);
      expect(() => createKeySet('https://acme.eu.auth0.com/jwks.json', { onFetched: 1 as never })).toThrow(
        TypeError,
      );
    },
  );
});
