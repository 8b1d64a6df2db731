import type { JSONWebKeySet } from 'jose';
import { importJWK } from 'jose';
import { afterEach, describe, expect, test } from 'vitest';
import type { VerifierOptions } from '../src/options.ts';
import { nodePlatform } from '../src/platform/node.ts';
import type { Platform } from '../src/platform/platform.ts';
import { webPlatform } from '../src/platform/web.ts';
import type { Verifier } from '../src/verifier.ts';
import { createVerifierOn } from '../src/verifier.ts';
import { servers } from './adapters/servers.ts';
import { codeOf } from './support/answers.ts';
import type { Name } from './support/issuer.ts';
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

function verifierOf(platform: Platform, given: VerifierOptions['jwks']): Verifier<Name> {
  const clock = () => new Date(NOW * 1000);
  return createVerifierOn(platform, { issuer: ISSUER, layout, jwks: given, clock });
}

// Some libraries do this: promises that were made by the engine, as by async functions, are no instances of it.
const original = globalThis.Promise;
function replacePromise(): void {
  globalThis.Promise = class Replacement<T> extends original<T> {} as PromiseConstructor;
}
afterEach(() => {
  globalThis.Promise = original;
});

describe.each(platforms)('with another Promise in the global and %s', (_name, platform = webPlatform) => {
  test.each(sources)(
    'and %s, a wrong signature is refused, before and after a right one',
    async (_source, given) => {
      const verifier = verifierOf(platform, given);
      replacePromise();
      const codes = [];
      for (const offered of [forged, token, forged]) codes.push(await codeOf(verifier.verify(offered)));
      expect(codes).toEqual(['signature_invalid', 'verified', 'signature_invalid']);
    },
  );
});

test.each(servers)(
  'with another Promise in the global, %s waits for an async function around the verifier',
  async (_name, start) => {
    const inner = verifierOf(webPlatform, jwks);
    const server = await start(
      {
        verify: async (offered) => inner.verify(offered),
        prefetch: () => inner.prefetch(),
        freshness: () => inner.freshness(),
      },
      () => {},
    );
    replacePromise();
    const statuses = [];
    for (const offered of [forged, token, forged]) {
      const response = await fetch(`${server.url}/me`, { headers: { authorization: `Bearer ${offered}` } });
      statuses.push(response.status);
    }
    globalThis.Promise = original;
    await server.close();
    expect(statuses).toEqual([401, 200, 401]);
  },
);
