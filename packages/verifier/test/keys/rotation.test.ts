import type { JSONWebKeySet } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createKeySet } from '../../src/keys/create-key-set.ts';
import type { KeySetOptions } from '../../src/keys/key-set-options.ts';
import type { Verifier } from '../../src/verifier.ts';
import { createVerifier } from '../../src/verifier.ts';
import { codeOf, wait } from '../support/answers.ts';
import type { KeyPair, Name } from '../support/issuer.ts';
import { ISSUER, keySet, layout, makeToken, NOW, rsaKey } from '../support/issuer.ts';
import { KeyServer, serve } from '../support/key-server.ts';
import { lookUp } from '../support/look-up.ts';

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

function verifierOf(options: KeySetOptions): Verifier<Name> {
  return createVerifier({
    issuer: ISSUER,
    layout,
    jwks: createKeySet(url, options),
    clock: () => new Date(NOW * 1000),
  });
}

describe('rotation', () => {
  test('a new key is found under load, without a refused request and with one more fetch', async () => {
    const verifier = verifierOf({ cooldown: 0.01 });
    await verifier.verify(token);
    server.behaviour = serve(keySet(key, next));
    await wait(20);
    const rotated = makeToken(next);
    const codes = await Promise.all(
      Array.from({ length: 200 }, (_, number) => codeOf(verifier.verify(number % 2 === 0 ? token : rotated))),
    );
    expect(new Set(codes)).toEqual(new Set(['verified']));
    expect(server.requests).toBe(2);
  });

  test('a token whose key left the key set is refused, cached or not', async () => {
    const verifier = verifierOf({ maxAge: 1 });
    await verifier.verify(token);
    expect(lookUp(verifier, token)).toBeDefined();
    server.behaviour = serve(keySet(next));
    await wait(1050);
    expect(lookUp(verifier, token)).toBeUndefined();
    expect(await codeOf(verifier.verify(token))).toBe('key_unknown');
    expect(await codeOf(verifier.verify(makeToken(next)))).toBe('verified');
  });

  test('a token whose key was replaced under its kid takes no room in the cache once it is refused', async () => {
    const other = rsaKey('main');
    const verifier = createVerifier({
      issuer: ISSUER,
      layout,
      jwks: createKeySet(url, { maxAge: 0.1 }),
      cache: { entries: 2 },
      clock: () => new Date(NOW * 1000),
    });
    await verifier.verify(token);
    server.behaviour = serve(keySet(other));
    await wait(150);
    const [second, third] = ['2', '3'].map((jti) => makeToken(other, { claims: { jti } })) as [
      string,
      string,
    ];
    await verifier.verify(second);
    expect(await codeOf(verifier.verify(token))).toBe('signature_invalid');
    await verifier.verify(third);
    expect(lookUp(verifier, second)).toBeDefined();
  });

  test('a key that is replaced under its kid is refused, cached or not', async () => {
    const verifier = verifierOf({ maxAge: 0.1 });
    await verifier.verify(token);
    const usurper: KeyPair = { ...next, kid: key.kid };
    server.behaviour = serve(keySet(usurper));
    await wait(150);
    expect(await codeOf(verifier.verify(token))).toBe('signature_invalid');
    expect(await codeOf(verifier.verify(makeToken(usurper)))).toBe('verified');
  });

  test('a cached token outlives a refresh that keeps its key', async () => {
    const verifier = verifierOf({ maxAge: 0.1 });
    const access = await verifier.verify(token);
    server.behaviour = serve(keySet(next, key));
    await wait(150);
    expect(await verifier.verify(token)).toBe(access);
    expect(server.requests).toBe(2);
  });

  test('an answer that comes after its deadline does not bring a retired key back', async () => {
    const answers: ((set: JSONWebKeySet) => void)[] = [];
    const jwks = createKeySet(() => new Promise((resolve) => answers.push(resolve)), {
      deadline: 0.05,
      failureCooldown: 0.01,
    });
    const verifier = createVerifier({ issuer: ISSUER, layout, jwks, clock: () => new Date(NOW * 1000) });
    expect(await codeOf(verifier.verify(token))).toBe('key_set_unavailable');
    await wait(20);
    const second = verifier.verify(makeToken(next));
    while (answers.length < 2) await wait(1);
    answers[1]?.(keySet(next));
    await second;
    answers[0]?.(keySet(key));
    await wait(5);
    expect(await codeOf(verifier.verify(token))).toBe('key_unknown');
  });
});
