import Fastify from 'fastify';
import type { JSONWebKeySet } from 'jose';
import { importJWK } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { authenticate } from '../src/adapters/fastify.ts';
import type { VerifierOptions } from '../src/options.ts';
import { nodePlatform } from '../src/platform/node.ts';
import type { Platform } from '../src/platform/platform.ts';
import { webPlatform } from '../src/platform/web.ts';
import { createVerifierOn } from '../src/verifier.ts';
import { codeOf } from './support/answers.ts';
import { ISSUER, keySet, layout, makeToken, NOW, rsaKey } from './support/issuer.ts';

const key = rsaKey('main');
const jwks: JSONWebKeySet = keySet(key);
const token = makeToken(key);
const forged = `${token.slice(0, token.lastIndexOf('.'))}.${'A'.repeat(342)}`;
const [jwk = {}] = jwks.keys;

const platforms: [string, Platform | undefined][] = [
  ['node:crypto', nodePlatform()],
  ['WebCrypto', webPlatform],
];
const sources: [string, VerifierOptions['jwks']][] = [
  ['a fixed set', jwks],
  ['a function that gives the set', async () => jwks],
  ['a function that gives the key', () => importJWK(jwk, 'RS256')],
];

// Zone.js and old promise libraries do this: promises that were made by the engine are no instances of it.
const original = globalThis.Promise;
beforeEach(() => {
  globalThis.Promise = class Replacement<T> extends original<T> {} as PromiseConstructor;
});
afterEach(() => {
  globalThis.Promise = original;
});

describe.each(platforms)('with another Promise in the global and %s', (_name, platform = webPlatform) => {
  describe.each(sources)('and %s', (_source, given) => {
    const verifierOf = () =>
      createVerifierOn(platform, { issuer: ISSUER, layout, jwks: given, clock: () => new Date(NOW * 1000) });

    test('a wrong signature is refused, before and after a right one', async () => {
      const verifier = verifierOf();
      const codes = [];
      for (const offered of [forged, token, forged]) codes.push(await codeOf(verifier.verify(offered)));
      expect(codes).toEqual(['signature_invalid', 'verified', 'signature_invalid']);
    });

    test('a route that asks for no permission is closed to it', async () => {
      const app = Fastify();
      app.register(authenticate(verifierOf(), { log: () => {} }));
      app.after(() => app.get('/', async () => 'in'));
      const url = await app.listen({ port: 0, host: '127.0.0.1' });
      const statuses = [];
      for (const offered of [forged, token, forged]) {
        const headers = { authorization: `Bearer ${offered}` };
        statuses.push((await fetch(url, { headers })).status);
      }
      await app.close();
      expect(statuses).toEqual([401, 200, 401]);
    });
  });
});
