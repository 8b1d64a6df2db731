import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ClientOptions, memoryStore } from '../src/index.ts';
import { ask, form, makeCache, USUAL } from './support/cache.ts';
import { json, startIssuer, type TestIssuer } from './support/issuer.ts';

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const pair = await generateKeyPair('RS256', { extractable: true });
const stranger = await generateKeyPair('RS256');
const keys: JSONWebKeySet = { keys: [await exportJWK(pair.publicKey)] };
let issuer: TestIssuer;
let number = 0;

beforeEach(async () => {
  issuer = await startIssuer();
});
afterEach(() => issuer.close());

interface Claims {
  readonly [name: string]: unknown;
}

async function assertion(claims: Claims = {}, key = pair.privateKey): Promise<string> {
  number += 1;
  const now = Math.floor(Date.now() / 1000);
  const usual = {
    iss: 'vendor',
    sub: 'vendor',
    aud: issuer.url,
    exp: now + 60,
    iat: now,
    jti: `jti-${number}`,
  };
  return new SignJWT({ ...usual, ...claims }).setProtectedHeader({ alg: 'RS256' }).sign(key);
}

const signed = (jwt: string, parameters: Record<string, string> = {}) =>
  form({ client_secret: '', client_assertion: jwt, client_assertion_type: TYPE, ...parameters });

describe('a client with private_key_jwt', () => {
  const clients: Record<string, ClientOptions> = { vendor: { keys } };

  it('whose keys are configured gets its token from the cache, by a new assertion each time', async () => {
    const cache = makeCache(issuer.url, { clients });
    const first = await ask(cache, signed(await assertion()));
    expect(first.status).toBe(200);
    const second = await ask(
      cache,
      signed(await assertion({ aud: `${issuer.url}oauth/token` }), { client_id: '' }),
    );
    expect(second.access_token).toBe(first.access_token);
    expect(issuer.grants).toBe(1);
    expect(issuer.asked[0]?.parameters).toMatchObject({ client_assertion_type: TYPE, client_id: 'vendor' });
  });

  it('whose keys are not configured is judged by the issuer, each time', async () => {
    const cache = makeCache(issuer.url);
    for (const n of [1, 2]) {
      expect((await ask(cache, signed(await assertion()))).status).toBe(200);
      expect(issuer.grants).toBe(n);
    }
    expect(cache.events.filter(({ type }) => type === 'request')).toEqual([
      { type: 'request', outcome: 'passed_on' },
      { type: 'request', outcome: 'passed_on' },
    ]);
  });

  it.each<[string, () => Promise<string>]>([
    ['signed by another key', () => assertion({}, stranger.privateKey)],
    ['for another audience', () => assertion({ aud: 'https://evil.example/' })],
    ['of another issuer', () => assertion({ iss: 'other' })],
    ['expired', () => assertion({ exp: Math.floor(Date.now() / 1000) - 1 })],
    ['without exp', () => assertion({ exp: undefined })],
    ['valid for a day', () => assertion({ exp: Math.floor(Date.now() / 1000) + 86_400 })],
    ['without jti', () => assertion({ jti: undefined })],
    ['without a signature', async () => `${(await assertion()).split('.').slice(0, 2).join('.')}.`],
  ])('gets nothing from the cache by an assertion that is %s: the issuer judges', async (_, make) => {
    const cache = makeCache(issuer.url, { clients });
    await ask(cache, signed(await assertion()));
    issuer.fault = (response) => json(response, 401, { error: 'invalid_client' });
    const answer = await ask(cache, signed(await make()));
    expect([answer.status, answer.access_token]).toEqual([401, undefined]);
    expect(issuer.asked).toHaveLength(2);
  });

  it('gets nothing from the cache by an assertion that was used, here or in another process', async () => {
    const store = memoryStore();
    const [a, b] = [makeCache(issuer.url, { clients, store }), makeCache(issuer.url, { clients, store })];
    const jwt = await assertion();
    await ask(a, signed(jwt));
    issuer.fault = (response) => json(response, 401, { error: 'invalid_client' });
    for (const cache of [a, b]) expect((await ask(cache, signed(jwt))).status).toBe(401);
  });

  it('gets nothing from the cache where the store answers anything but true, as a database does of no as well', async () => {
    const store = memoryStore();
    const { claim } = store;
    store.claim = (key, value, ms) =>
      key.startsWith('j:')
        ? Promise.resolve({ rows: [] } as unknown as boolean)
        : claim.call(store, key, value, ms);
    const cache = makeCache(issuer.url, { clients, store });
    const jwt = await assertion();
    await ask(cache, signed(jwt));
    issuer.fault = (response) => json(response, 401, { error: 'invalid_client' });
    expect((await ask(cache, signed(jwt))).status).toBe(401);
  });

  it('is another one than the client with a secret', async () => {
    const cache = makeCache(issuer.url, { clients });
    const { access_token } = await ask(cache, signed(await assertion()));
    expect((await ask(cache)).access_token).not.toBe(access_token);
  });
});

describe('a request for a token that only its sender may use', () => {
  it.each([
    ['DPoP', { dpop: 'eyJ0eXAiOiJkcG9wK2p3dCJ9.e30.x' }],
    ['a client certificate', { 'client-certificate': 'MIIB', 'client-certificate-ca-verified': 'SUCCESS' }],
  ])('with %s is passed on as it is, and never kept', async (_, headers) => {
    const cache = makeCache(issuer.url);
    await ask(cache);
    for (const n of [2, 3]) {
      const answer = await ask(cache, form({}, headers));
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(issuer.grants).toBe(n);
      expect(issuer.asked.at(-1)?.headers).toMatchObject(headers);
      expect(issuer.asked.at(-1)?.parameters).toEqual(USUAL);
    }
  });

  it('without a secret is passed on: the connection may know the client', async () => {
    const cache = makeCache(issuer.url);
    const answer = await ask(cache, form({ client_secret: '' }));
    expect(answer.status).toBe(401);
    expect(issuer.asked).toHaveLength(1);
  });

  it.each([204, 205, 500])('is answered %i where the issuer answers so, without a body', async (status) => {
    issuer.fault = (response) => response.writeHead(status).end();
    const answer = await makeCache(issuer.url).handle(form({}, { dpop: 'x' }));
    expect([answer.status, await answer.text()]).toEqual([status, '']);
  });

  it('is answered as the issuer answers, with its nonce', async () => {
    const cache = makeCache(issuer.url);
    issuer.fault = (response) =>
      json(response, 400, { error: 'use_dpop_nonce' }, { 'dpop-nonce': 'n-1', 'set-cookie': 'a=b' });
    const answer = await ask(cache, form({}, { dpop: 'x' }));
    expect([answer.status, answer.error, answer.headers.get('dpop-nonce')]).toEqual([
      400,
      'use_dpop_nonce',
      'n-1',
    ]);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });
});
