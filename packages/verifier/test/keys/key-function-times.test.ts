// When a key-set function is asked, with what, and what its answers and failures mean for the next token.
import { createPublicKey } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { KeyRequest } from '../../src/keys/json-web-key-set.ts';
import { KeyFunction } from '../../src/keys/key-function.ts';
import type { KeySetOptions } from '../../src/keys/key-set-options.ts';
import { checkKeySetOptions } from '../../src/keys/key-set-options.ts';
import type { VerificationKey } from '../../src/keys/verification-key.ts';
import { webPlatform } from '../../src/platform/web.ts';
import type { TokenHeader } from '../../src/token/header.ts';
import { ecKey, keySet, rsaKey, toJwk } from '../support/issuer.ts';

const pair = ecKey('main', 'P-256');
const other = ecKey('other', 'P-256');
const rsa = rsaKey('rsa');
const set = keySet(pair);
const key = createPublicKey(pair.publicKey.export({ type: 'spki', format: 'pem' }));
const down = new Error('down');
const noSuchKey = Object.assign(new Error('none'), { code: 'ERR_JWKS_NO_MATCHING_KEY' });

let now = 0;
beforeEach(() => {
  now = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => now * 1000);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** A function that gives, or throws, what `answer` is, and what it was asked. */
class Asked {
  answer: unknown;
  readonly with: KeyRequest[] = [];
  readonly source: KeyFunction;

  constructor(answer: unknown, options: KeySetOptions = {}) {
    this.answer = answer;
    const ask = async (request: KeyRequest): Promise<unknown> => {
      this.with.push(request);
      if (this.answer instanceof Error) throw this.answer;
      return await this.answer;
    };
    const checked = checkKeySetOptions({ maxAge: 100, cooldown: 30, failureCooldown: 10, ...options });
    this.source = new KeyFunction(ask, checked);
  }

  get times(): number {
    return this.with.length;
  }

  async find(kid: string | undefined = 'main', alg: TokenHeader['alg'] = 'ES256'): Promise<VerificationKey> {
    return await this.source.find({ alg, kid }, webPlatform);
  }

  async try(kid?: string, alg?: TokenHeader['alg']): Promise<string> {
    return await this.find(kid, alg).then(
      () => 'found',
      (error) => error.code,
    );
  }
}

describe('a function that gives key sets', () => {
  test('is asked once, and its set is kept as a fetched one is', async () => {
    const asked = new Asked(set);
    const found = await asked.find();
    now = 1079.9;
    expect(asked.source.find({ alg: 'ES256', kid: 'main' }, webPlatform)).toBe(found);
    expect([found.signatureBytes, found.isLive()]).toEqual([64, true]);
    expect(asked.with).toEqual([{ alg: 'ES256', kid: 'main' }]);
    now = 1080;
    expect(found.isLive()).toBe(false);
    expect(await asked.try()).toBe('found');
    expect(asked.times).toBe(2);
  });

  test('is asked for an unknown kid again, after the cooldown', async () => {
    const asked = new Asked(set);
    expect(await asked.try('other')).toBe('key_unknown');
    asked.answer = keySet(pair, other);
    now = 1029.9;
    expect(await asked.try('other')).toBe('key_unknown');
    expect(asked.times).toBe(1);
    now = 1030;
    expect(await asked.try('other')).toBe('found');
    expect(asked.times).toBe(2);
  });

  test('is a 503 with its own reason where it fails later, once the set is too old', async () => {
    const asked = new Asked(set, { staleIfError: 0 });
    await asked.find();
    asked.answer = down;
    now = 1100;
    await expect(asked.find()).rejects.toMatchObject({ code: 'key_set_unavailable', retryAfter: 10 });
    expect(asked.times).toBe(2);
    // Nor is it asked again, by the token's own header, within the cooldown.
    now = 1105;
    expect(await asked.try('other')).toBe('key_set_unavailable');
    expect(asked.times).toBe(2);
  });

  test.each([{ keys: [] }, { keys: 'none' }, { keys: null }])(
    'is a 503 where they are none: %j',
    async (none) => {
      const asked = new Asked(none);
      await expect(asked.find()).rejects.toMatchObject({
        code: 'key_set_unavailable',
        message: 'The key could not be fetched',
        retryAfter: 1,
        cause: expect.any(Error),
      });
      asked.answer = set;
      expect(await asked.try()).toBe('found');
    },
  );
});

describe('a function that gives keys', () => {
  test('is asked for every token, with its header', async () => {
    const asked = new Asked(key);
    const found = await asked.find();
    expect([found.signatureBytes, found.isLive()]).toEqual([64, false]);
    expect(await asked.try()).toBe('found');
    await asked.source.find({ alg: 'ES256', kid: undefined }, webPlatform);
    const main = { alg: 'ES256', kid: 'main' };
    expect(asked.with).toEqual([main, main, { alg: 'ES256' }]);
    expect(asked.with[2]).not.toHaveProperty('kid');
  });

  test('is asked again at once after it failed', async () => {
    const asked = new Asked(key);
    await asked.find();
    asked.answer = down;
    await expect(asked.find()).rejects.toMatchObject({
      code: 'key_set_unavailable',
      message: 'The key could not be fetched',
      retryAfter: 1,
      cause: down,
    });
    asked.answer = key;
    expect(await asked.try()).toBe('found');
  });

  test('gives none for another algorithm, which the sender chose', async () => {
    const asked = new Asked(key);
    await expect(asked.find('main', 'RS256')).rejects.toMatchObject({
      code: 'key_unknown',
      message: 'no applicable key found in the key set',
    });
    expect(await asked.try('main', 'ES384')).toBe('key_unknown');
  });

  test('which the runtime can not import is a fault of the server', async () => {
    vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(down);
    await expect(new Asked(key).find()).rejects.toMatchObject({ code: 'crypto_failed', cause: down });
  });
});

describe('a function that fails before it has answered', () => {
  test('is not asked for the same header again before the failureCooldown is over', async () => {
    const asked = new Asked(down);
    for (const [at, retryAfter] of [
      [1000, 10],
      [1000.5, 10],
      [1003.5, 7],
      [1009.9, 1],
    ] as const) {
      now = at;
      await expect(asked.find()).rejects.toMatchObject({
        code: 'key_set_unavailable',
        message: 'The key could not be fetched',
        retryAfter,
        cause: down,
      });
    }
    expect(asked.times).toBe(1);
    asked.answer = set;
    now = 1010;
    expect(await asked.try()).toBe('found');
    expect(asked.times).toBe(2);
  });

  test('is asked for another kid, and another algorithm', async () => {
    const asked = new Asked(down);
    await asked.try('main', 'ES256');
    await asked.try('other', 'ES256');
    await asked.try('main', 'ES384');
    expect(asked.times).toBe(3);
  });

  test('is not asked again for the last 64 headers that it failed for', async () => {
    const asked = new Asked(down);
    for (let kid = 0; kid < 64; kid += 1) await asked.try(String(kid));
    await asked.try('0');
    expect(asked.times).toBe(64);
    await asked.try('64');
    expect(asked.times).toBe(65);
    // 1 made room for it; 0 was asked for later.
    await asked.try('0');
    expect(asked.times).toBe(65);
    await asked.try('1');
    expect(asked.times).toBe(66);
  });

  test('never answers within the deadline', async () => {
    const asked = new Asked(new Promise(() => {}), { deadline: 0.005 });
    await expect(asked.find()).rejects.toMatchObject({
      code: 'key_set_unavailable',
      cause: new Error('no key set within 0.005 s'),
    });
  });
});

describe('tokens that come together', () => {
  test('are one question for each header, until it is answered', async () => {
    const asked = new Asked(noSuchKey);
    const both = await Promise.all([
      asked.try(),
      asked.try(),
      asked.try('other'),
      asked.try('main', 'ES384'),
    ]);
    expect(both).toEqual(Array(4).fill('key_unknown'));
    expect(asked.times).toBe(3);
    await asked.try();
    expect(asked.times).toBe(4);
  });

  test('are a question each where one request can not wait for another', async () => {
    vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' });
    const asked = new Asked(noSuchKey);
    await Promise.all([asked.try(), asked.try()]);
    expect(asked.times).toBe(2);
  });
});

describe('prefetch', () => {
  test('gets a set for a header that fits most', async () => {
    const asked = new Asked(set);
    await asked.source.prefetch();
    expect(asked.with).toEqual([{ alg: 'RS256' }]);
    expect(asked.with[0]).not.toHaveProperty('kid');
    expect(await asked.try()).toBe('found');
    expect(asked.times).toBe(1);
  });

  test('leaves a set that is known as it is, and asks for no token once it is too old', async () => {
    const asked = new Asked(set);
    await asked.source.prefetch();
    await asked.source.prefetch();
    expect(asked.times).toBe(1);
    now = 1100;
    await asked.source.prefetch();
    expect(asked.with).toEqual([{ alg: 'RS256' }, {}]);
  });

  test.each<[string, unknown]>([
    ['a key', key],
    ['that there is no such key', noSuchKey],
  ])('is content with %s', async (_, answer) => {
    const asked = new Asked(answer);
    await asked.source.prefetch();
    asked.answer = set;
    expect(await asked.try()).toBe('found');
  });

  test('rejects where the function fails', async () => {
    const asked = new Asked(down);
    await expect(asked.source.prefetch()).rejects.toMatchObject({ code: 'key_set_unavailable', cause: down });
  });
});

describe('what a function gives', () => {
  test('may change from a set to keys, for a token whose key the set does not have', async () => {
    const asked = new Asked(set, { staleIfError: 0 });
    await asked.find();
    asked.answer = key;
    now = 1100;
    const found = await asked.find();
    expect(found.isLive()).toBe(false);
    // By the token's own header, and not that of the set.
    expect(await asked.try('other')).toBe('found');
    expect(asked.with.at(-1)).toEqual({ alg: 'ES256', kid: 'other' });
  });

  test('may change from keys to a set, which is kept', async () => {
    const asked = new Asked(key);
    await asked.find();
    asked.answer = set;
    expect(await asked.try()).toBe('found');
    expect(await asked.try()).toBe('found');
    expect(asked.times).toBe(2);
  });

  test('is kept from the first answer: what comes for another header meanwhile replaces no set', async () => {
    const asked = new Asked(undefined);
    asked.answer = Promise.resolve(set);
    const good = asked.try('main');
    asked.answer = new Promise((resolve) => setImmediate(() => resolve(keySet(other))));
    const madeUp = asked.try('other');
    expect([await good, await madeUp]).toEqual(['found', 'key_unknown']);
    expect(await asked.try('main')).toBe('found');
    expect(asked.times).toBe(2);
  });

  test('may be a later set than the one that is kept', async () => {
    const asked = new Asked(set);
    await asked.find();
    asked.answer = keySet(other);
    now = 1100;
    expect(await asked.try('other')).toBe('found');
    expect(await asked.try('main')).toBe('key_unknown');
  });

  test('is no set any more: what is known is used as long as it may be, and then the reason is told', async () => {
    const asked = new Asked(set, { staleIfError: 50 });
    await asked.find();
    asked.answer = noSuchKey;
    now = 1100;
    expect(await asked.try()).toBe('found');
    now = 1150;
    await expect(asked.find()).rejects.toMatchObject({
      code: 'key_set_unavailable',
      cause: new Error('the key-set function gave no key set'),
    });
  });

  test.each([undefined, null])('says that there is no such key: %j', async (answer) => {
    expect(await new Asked(answer).try()).toBe('key_unknown');
  });

  test.each<[string, unknown]>([
    ['true', true],
    ['a string', 'key'],
    ['a number', 1],
    ['a secret', new Uint8Array(32)],
    ['an empty object', {}],
    ['an object whose keys are inherited', Object.create(set)],
    ['an object whose keys are undefined', { keys: undefined }],
    ['a JWK', toJwk(pair)],
    ['a private key', pair.privateKey],
    ['a list of keys', [key]],
    ['a function with keys', Object.assign(() => set, { keys: set.keys })],
    ['a pair of keys', { publicKey: key, privateKey: pair.privateKey }],
  ])('is neither a key set nor a key: %s', async (_, answer) => {
    await expect(new Asked(answer).find()).rejects.toMatchObject({
      code: 'key_set_unavailable',
      cause: new TypeError('the key-set function must give a key set or a public key'),
    });
  });

  test('may be given at once, and by a promise of another realm', async () => {
    const checked = checkKeySetOptions({});
    for (const given of [set, runInNewContext('set => Promise.resolve(set)')(set)]) {
      const source = new KeyFunction(() => given, checked);
      expect((await source.find({ alg: 'ES256', kid: 'main' }, webPlatform)).signatureBytes).toBe(64);
    }
  });

  test('is read where it throws at once', async () => {
    const source = new KeyFunction(() => {
      throw down;
    }, checkKeySetOptions({}));
    await expect(source.find({ alg: 'ES256', kid: 'main' }, webPlatform)).rejects.toMatchObject({
      cause: down,
    });
  });
});

describe('an error', () => {
  test.each<[string, unknown, string]>([
    ['no matching key', noSuchKey, 'key_unknown'],
    [
      'several matching keys',
      Object.assign(new TypeError(), { code: 'ERR_JWKS_MULTIPLE_MATCHING_KEYS' }),
      'key_unknown',
    ],
    ['another code', Object.assign(new Error(), { code: 'ERR_JWKS_TIMEOUT' }), 'key_set_unavailable'],
    ['no code', new Error('ERR_JWKS_NO_MATCHING_KEY'), 'key_set_unavailable'],
    ['the code, and is no error', { code: 'ERR_JWKS_NO_MATCHING_KEY' }, 'key_set_unavailable'],
    ['nothing', undefined, 'key_set_unavailable'],
    ['a string', 'ERR_JWKS_NO_MATCHING_KEY', 'key_set_unavailable'],
  ])('that is %s is told apart by its code', async (_, reason, code) => {
    const source = new KeyFunction(() => Promise.reject(reason), checkKeySetOptions({}));
    await expect(source.find({ alg: 'ES256', kid: 'main' }, webPlatform)).rejects.toMatchObject({ code });
  });
});

test('an RSA key of Node is for each of its algorithms', async () => {
  const asked = new Asked(rsa.publicKey);
  for (const alg of ['RS256', 'PS512'] as const)
    expect((await asked.find('rsa', alg)).signatureBytes).toBe(256);
  expect(await asked.try('rsa', 'ES256')).toBe('key_unknown');
});
