import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createKeySet } from '../../src/keys/create-key-set.ts';
import type { KeySetOptions } from '../../src/keys/key-set-options.ts';
import type { Verifier } from '../../src/verifier.ts';
import { createVerifier } from '../../src/verifier.ts';
import { codeOf, wait } from '../support/answers.ts';
import type { Name } from '../support/issuer.ts';
import { ISSUER, keySet, layout, makeToken, NOW, rsaKey } from '../support/issuer.ts';
import type { Behaviour } from '../support/key-server.ts';
import { blackHole, drip, fail, flood, KeyServer, serve } from '../support/key-server.ts';

const key = rsaKey('main');
const next = rsaKey('next');
const token = makeToken(key);

let server: KeyServer;
let url: URL;
beforeEach(async () => {
  server = new KeyServer(serve(keySet(key)));
  url = await server.listen();
});
afterEach(() => server.close());

function verifierOf(options: KeySetOptions = {}, clock = () => new Date(NOW * 1000)): Verifier<Name> {
  return createVerifier({ issuer: ISSUER, layout, jwks: createKeySet(url, options), clock });
}

describe('a key set that can not be had is a 503 with Retry-After, not a 401', () => {
  const sent = { count: 0 };
  const faults: [string, Behaviour][] = [
    ['status 500', fail(500)],
    ['status 404', fail(404)],
    ['status 204', (response) => response.writeHead(204).end()],
    ['a redirect, to a good key set', (response) => response.writeHead(302, { location: '/good' }).end()],
    ['a permanent redirect', (response) => response.writeHead(308, { location: url.href }).end()],
    ['a black hole', blackHole],
    ['a slow drip', drip(5)],
    ['a body of 200 MB', flood(200e6, sent)],
    ['a connection that breaks', (response) => response.destroy()],
    [
      'a body that breaks off',
      (response) => {
        response.writeHead(200, { 'content-length': '1000' }).write('{"keys":[');
        setTimeout(() => response.destroy(), 5);
      },
    ],
    ['text that is not JSON', serve('<html>')],
    ['JSON of another kind', serve({ keys: 'none' })],
    ['null', serve('null')],
    ['an empty key set', serve({ keys: [] })],
    ['a key set of symmetric keys', serve({ keys: [{ kty: 'oct', kid: 'main', k: 'AAAA' }] })],
    ['bytes that are not UTF-8', (response) => response.end(Buffer.from([0x7b, 0xff, 0x7d]))],
  ];
  test.each(faults)('%s', async (_title, behaviour) => {
    server.behaviour = (response, request) =>
      request.url === '/good' ? serve(keySet(key))(response, request) : behaviour(response, request);
    const verifier = verifierOf({ deadline: 1 });
    await expect(verifier.verify(token)).rejects.toMatchObject({
      code: 'key_set_unavailable',
      status: 503,
      retryAfter: 10,
      wwwAuthenticate: undefined,
    });
    // Nothing is tried again within the cooldown, whoever asks.
    expect(await codeOf(verifier.verify(token))).toBe('key_set_unavailable');
    expect(server.requests).toBe(1);
  });

  test('of a body that is too long, only what was asked for is read', () => {
    expect(sent.count).toBeLessThan(20e6);
  });

  test('a server that is not there', async () => {
    await server.close();
    expect(await codeOf(verifierOf().verify(token))).toBe('key_set_unavailable');
  });

  test('after the cooldown it is tried again', async () => {
    server.behaviour = fail(500);
    const verifier = verifierOf({ failureCooldown: 0.1 });
    expect(await codeOf(verifier.verify(token))).toBe('key_set_unavailable');
    server.behaviour = serve(keySet(key));
    await wait(120);
    expect(await codeOf(verifier.verify(token))).toBe('verified');
  });
});

describe('requests for the key set', () => {
  test('100 concurrent verifications make one', async () => {
    const verifier = verifierOf();
    const codes = await Promise.all(Array.from({ length: 100 }, () => codeOf(verifier.verify(token))));
    expect(new Set(codes)).toEqual(new Set(['verified']));
    expect(server.requests).toBe(1);
  });

  test('1,000 unknown kids, at once or one by one, make no more than one after each cooldown', async () => {
    const cooldown = 0.05;
    const start = performance.now();
    const verifier = verifierOf({ cooldown });
    const made = Array.from({ length: 1000 }, (_, number) => makeUp(`made-up-${number}`));
    await Promise.all(made.slice(0, 500).map((text) => codeOf(verifier.verify(text))));
    expect(server.requests).toBe(1);
    for (const text of made.slice(500)) expect(await codeOf(verifier.verify(text))).toBe('key_unknown');
    const cooldowns = (performance.now() - start) / 1000 / cooldown;
    expect(server.requests).toBeLessThanOrEqual(1 + cooldowns);
    expect(await codeOf(verifier.verify(token))).toBe('verified');
  });

  test('prefetch makes one before the first token', async () => {
    const verifier = verifierOf();
    await verifier.prefetch();
    expect(server.requests).toBe(1);
    expect(await codeOf(verifier.verify(token))).toBe('verified');
    expect(server.requests).toBe(1);
  });

  test('verifiers that share a key set share its requests', async () => {
    const jwks = createKeySet(url);
    const clock = (): Date => new Date(NOW * 1000);
    const verifiers = [1, 2, 3].map(() => createVerifier({ issuer: ISSUER, layout, jwks, clock }));
    await Promise.all(verifiers.map((verifier) => verifier.verify(token)));
    expect(server.requests).toBe(1);
  });

  test('an offline key set makes none', async () => {
    const jwks = keySet(key);
    const verifier = createVerifier({ issuer: ISSUER, layout, jwks, clock: () => new Date(NOW * 1000) });
    await verifier.prefetch();
    expect(await codeOf(verifier.verify(token))).toBe('verified');
    expect(await codeOf(verifier.verify(makeToken(next)))).toBe('key_unknown');
    expect(server.requests).toBe(0);
  });
});

describe('an issuer that goes down', () => {
  test('keeps known keys good for staleIfError, and no longer', async () => {
    const verifier = verifierOf({ maxAge: 0.1, staleIfError: 0.4, failureCooldown: 0.02 });
    await verifier.verify(token);
    server.behaviour = fail(503);
    await wait(150);
    expect(await codeOf(verifier.verify(token))).toBe('verified');
    expect(await codeOf(verifier.verify(makeToken(key, { claims: { jti: '2' } })))).toBe('verified');
    expect(await codeOf(verifier.verify(makeUp('unseen')))).toBe('key_set_unavailable');
    await wait(450);
    expect(await codeOf(verifier.verify(token))).toBe('key_set_unavailable');
  });

  test('is not survived where staleIfError is 0', async () => {
    const verifier = verifierOf({ maxAge: 0.1, staleIfError: 0 });
    await verifier.verify(token);
    server.behaviour = fail(503);
    await wait(150);
    expect(await codeOf(verifier.verify(token))).toBe('key_set_unavailable');
  });

  test('makes nobody wait for it again and again', async () => {
    const verifier = verifierOf({ maxAge: 0.1, failureCooldown: 0.05, deadline: 30 });
    await verifier.verify(token);
    server.behaviour = fail(503);
    await wait(150);
    await verifier.verify(token);
    server.behaviour = blackHole;
    await wait(60);
    // Were the black hole waited for, this would run into the deadline and the test's own limit.
    for (let number = 0; number < 20; number += 1)
      await verifier.verify(makeToken(key, { claims: { number } }));
    await expect.poll(() => server.requests).toBe(3);
  }, 20_000);
});

test('setting the system clock, forwards or back, makes no request and keeps key sets', async () => {
  let now = NOW;
  const verifier = verifierOf({}, () => new Date(now * 1000));
  await verifier.verify(token);
  const codes: string[] = [];
  for (const jump of [-86_400, 0, 86_400 * 400, 0]) {
    now = NOW + jump;
    codes.push(await codeOf(verifier.verify(token)));
  }
  expect(codes).toEqual(['time_refused', 'verified', 'token_expired', 'verified']);
  expect(server.requests).toBe(1);
});

/** Signing is slow, and nobody comes to look at this signature. */
function makeUp(kid: string): string {
  const header = Buffer.from(JSON.stringify({ alg: 'RS256', typ: 'JWT', kid })).toString('base64url');
  return token.replace(/^[^.]+/, header);
}
