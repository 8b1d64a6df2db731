import type { ServerResponse } from 'node:http';
import { Agent, cacheStores, getGlobalDispatcher, interceptors, setGlobalDispatcher } from 'undici';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createKeySet } from '../../src/keys/create-key-set.ts';
import type { LoadedKeySet } from '../../src/keys/fetch-key-set.ts';
import { FetchedKeySet } from '../../src/keys/fetched-key-set.ts';
import type { KeySetOptions } from '../../src/keys/key-set-options.ts';
import { checkKeySetOptions } from '../../src/keys/key-set-options.ts';
import { webPlatform } from '../../src/platform/web.ts';
import type { Verifier } from '../../src/verifier.ts';
import { createVerifier } from '../../src/verifier.ts';
import { codeOf, wait } from '../support/answers.ts';
import type { Name } from '../support/issuer.ts';
import { ISSUER, keySet, layout, makeToken, NOW, rsaKey } from '../support/issuer.ts';
import { KeyServer } from '../support/key-server.ts';

const old = rsaKey('old');
const next = rsaKey('next');
const tokens = { old: makeToken(old), next: makeToken(next) };

let server: KeyServer;
let url: URL;
let headers: Record<string, string> = {};
let keys = keySet(old);
const answer = (response: ServerResponse): void =>
  void response
    .writeHead(200, { 'cache-control': 'public, max-age=86400', ...headers })
    .end(JSON.stringify(keys));
beforeEach(async () => {
  headers = {};
  keys = keySet(old);
  server = new KeyServer(answer);
  url = await server.listen();
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await server.close();
});

function verifierOf(options: KeySetOptions): Verifier<Name> {
  const jwks = createKeySet(url, options);
  return createVerifier({ issuer: ISSUER, layout, jwks, clock: () => new Date(NOW * 1000) });
}

const inHttp = (seconds: number): string => new Date(Date.now() + seconds * 1000).toUTCString();

describe('a cache below fetch', () => {
  const times = { maxAge: 0.1, cooldown: 0.01, failureCooldown: 0.01, staleIfError: 0 };
  const rotates = async (verifier: Verifier<Name>): Promise<void> => {
    expect(await codeOf(verifier.verify(tokens.old))).toBe('verified');
    keys = keySet(next);
    await wait(150);
    expect(await codeOf(verifier.verify(tokens.old))).toBe('key_unknown');
    expect(await codeOf(verifier.verify(tokens.next))).toBe('verified');
  };

  test("of undici's keeps no key set from being asked for after maxAge", async () => {
    const before = getGlobalDispatcher();
    setGlobalDispatcher(
      new Agent().compose(
        interceptors.cache({ store: new cacheStores.MemoryCacheStore(), methods: ['GET'] }),
      ),
    );
    try {
      // It is one that caches.
      await (await fetch(url)).text();
      await (await fetch(url)).text();
      expect(server.requests).toBe(1);
      await rotates(verifierOf(times));
    } finally {
      setGlobalDispatcher(before);
    }
  });

  test('that goes by the cache mode of the request is told to store nothing', async () => {
    const real = fetch;
    const kept = new Map<string, string>();
    vi.stubGlobal('fetch', async (to: URL, init: RequestInit & { cache?: string }) => {
      if (init.cache === 'no-store') return real(to, init);
      kept.set(to.href, kept.get(to.href) ?? (await (await real(to, init)).text()));
      return new Response(kept.get(to.href));
    });
    await rotates(verifierOf(times));
  });

  test('is told by a header where the runtime knows no cache modes', async () => {
    const asked: (string | undefined)[] = [];
    server.behaviour = (response, request) => {
      asked.push(request.headers['cache-control']);
      answer(response);
    };
    vi.stubGlobal(
      'Request',
      class {
        constructor(_url: URL, init: object) {
          if ('cache' in init)
            throw new Error("The 'cache' field on 'RequestInitializerDict' is not implemented.");
        }
      },
    );
    await rotates(verifierOf(times));
    expect(new Set(asked)).toEqual(new Set(['no-cache']));
  });

  test.each(['age', 'date'])(
    'that keeps answers for good does not make a key last longer, by its %s',
    async (name) => {
      const real = fetch;
      let kept: { text: string; at: number; date: string } | undefined;
      // A cache that goes by nothing, but says how old its answer is, as caches must (RFC 9111, section 5.1).
      vi.stubGlobal('fetch', async (to: URL, init: RequestInit) => {
        kept ??= { text: await (await real(to, init)).text(), at: performance.now(), date: inHttp(0) };
        const age = Math.floor((performance.now() - kept.at) / 1000);
        return new Response(kept.text, {
          headers: name === 'age' ? { age: String(age) } : { date: kept.date },
        });
      });
      const verifier = verifierOf({ maxAge: 1, cooldown: 0.1, failureCooldown: 0.1, staleIfError: 0 });
      expect(await codeOf(verifier.verify(tokens.old))).toBe('verified');
      keys = keySet(next);
      await wait(4500);
      const codes = [await codeOf(verifier.verify(tokens.old)), await codeOf(verifier.verify(tokens.next))];
      expect(codes).toEqual(['key_set_unavailable', 'key_set_unavailable']);
      const error = await verifier.verify(tokens.old).catch((reason: Error) => reason);
      expect(String((error as Error).cause)).toMatch(
        /kept by an HTTP cache: by its Age or Date header it is \d+ s old/,
      );
    },
  );
});

describe('an answer that was old when it came', () => {
  test.each([
    ['Age', () => ({ age: '590' })],
    ['Date', () => ({ date: inHttp(-592) })],
    ['both', () => ({ age: '10', date: inHttp(-592) })],
  ])('by its %s is used for what is left of maxAge', async (_name, make) => {
    headers = make();
    const verifier = verifierOf({ maxAge: 600, cooldown: 0.05 });
    expect(await codeOf(verifier.verify(tokens.old))).toBe('verified');
    headers = {};
    keys = keySet(next);
    await wait(80);
    // It is fetched again in the background.
    await codeOf(verifier.verify(tokens.old));
    await expect.poll(() => codeOf(verifier.verify(tokens.old))).toBe('key_unknown');
    expect(await codeOf(verifier.verify(tokens.next))).toBe('verified');
    expect(server.requests).toBeGreaterThanOrEqual(2);
  });

  test('is not asked for again with every request', async () => {
    headers = { age: '590' };
    const verifier = verifierOf({ maxAge: 600 });
    for (let number = 0; number < 20; number += 1)
      expect(await codeOf(verifier.verify(makeToken(old, { claims: { number } })))).toBe('verified');
    await wait(20);
    expect(server.requests).toBe(1);
  });

  test('past maxAge keeps known keys good for staleIfError, and no longer', async () => {
    headers = { age: '700' };
    expect(await codeOf(verifierOf({ maxAge: 600, staleIfError: 3600 }).verify(tokens.old))).toBe('verified');
    // Nobody can say that a key doesn't exist.
    expect(await codeOf(verifierOf({ maxAge: 600, staleIfError: 3600 }).verify(tokens.next))).toBe(
      'key_set_unavailable',
    );
    expect(await codeOf(verifierOf({ maxAge: 600, staleIfError: 60 }).verify(tokens.old))).toBe(
      'key_set_unavailable',
    );
    expect(await codeOf(verifierOf({ maxAge: 600, staleIfError: 0 }).verify(tokens.old))).toBe(
      'key_set_unavailable',
    );
  });

  test.each(['', '-5', 'x', '1.5x', ', 5', '0'])('by an Age of %j is taken for a fresh one', async (age) => {
    headers = { age, date: inHttp(3600) };
    const verifier = verifierOf({ maxAge: 600, staleIfError: 0 });
    expect(await codeOf(verifier.verify(tokens.old))).toBe('verified');
  });

  test.each(['9'.repeat(400), '99999999999'])('by an Age of %j is far too old', async (age) => {
    headers = { age };
    expect(await codeOf(verifierOf({}).verify(tokens.old))).toBe('key_set_unavailable');
  });

  test('brings no key back that a younger one had retired', async () => {
    let now = 0;
    const answers: LoadedKeySet[] = [
      { keySet: keySet(old), age: 0 },
      { keySet: keySet(next), age: 0 },
      { keySet: keySet(old), age: 100 },
      { keySet: keySet(next), age: 99 },
    ];
    const load = async (): Promise<LoadedKeySet> => answers.shift() ?? { keySet: null, age: 0 };
    const source = new FetchedKeySet(load, checkKeySetOptions({ maxAge: 100, cooldown: 10 }), () => now);
    const find = (kid: string): Promise<string> =>
      codeOf((async () => source.find({ alg: 'RS256', kid }, webPlatform))());
    expect(await find('old')).toBe('verified');
    now = 20;
    expect(await find('next')).toBe('verified');
    expect(await find('old')).toBe('key_unknown');
    now = 40;
    // From 60 s before the one that is known.
    expect(await find('old')).toBe('key_set_unavailable');
    expect(await find('next')).toBe('verified');
    now = 119;
    expect(await find('next')).toBe('verified');
    expect(await find('old')).toBe('key_unknown');
  });
});
