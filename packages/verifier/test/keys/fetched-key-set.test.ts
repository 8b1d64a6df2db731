// The times of a key set that is fetched, by a clock that the tests set.
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { LoadedKeySet } from '../../src/keys/fetch-key-set.ts';
import { FetchedKeySet } from '../../src/keys/fetched-key-set.ts';
import type { KeySetOptions } from '../../src/keys/key-set-options.ts';
import { checkKeySetOptions } from '../../src/keys/key-set-options.ts';
import type { VerificationKey } from '../../src/keys/verification-key.ts';
import { webPlatform } from '../../src/platform/web.ts';
import type { TokenHeader } from '../../src/token/header.ts';
import type { KeyPair } from '../support/issuer.ts';
import { ecKey, keySet } from '../support/issuer.ts';

const first = ecKey('first', 'P-256');
const second = ecKey('second', 'P-256');
const header = (kid: string): TokenHeader => ({ alg: 'ES256', kid });

/** Until everything that waits for nothing but promises is done. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

type Answer = LoadedKeySet | Error | Promise<LoadedKeySet>;

/** A key set with its clock, and an issuer that gives what `answer` is. */
class World {
  now = 0;
  answer: Answer;
  readonly asked: (TokenHeader | undefined)[] = [];
  readonly told: unknown[] = [];
  readonly set: FetchedKeySet;

  constructor(options: KeySetOptions = {}, url?: string) {
    this.answer = of(first);
    const load = async (asker: TokenHeader | undefined): Promise<LoadedKeySet> => {
      this.asked.push(asker);
      if (this.answer instanceof Error) throw this.answer;
      return await this.answer;
    };
    const onFetched = (event: unknown): void => void this.told.push(event);
    const checked = checkKeySetOptions({
      maxAge: 100,
      cooldown: 30,
      failureCooldown: 10,
      onFetched,
      ...options,
    });
    this.set = new FetchedKeySet(load, checked, () => this.now, url);
  }

  get loads(): number {
    return this.asked.length;
  }

  async find(kid = 'first'): Promise<VerificationKey> {
    return await this.set.find(header(kid), webPlatform);
  }

  /** `found`, or the code of the error. */
  async try(kid = 'first'): Promise<string> {
    return await this.find(kid).then(
      () => 'found',
      (error) => error.code,
    );
  }

  /** Goes on to that second. */
  async at(seconds: number, kid = 'first'): Promise<string> {
    this.now = seconds;
    const found = await this.try(kid);
    await settled();
    return found;
  }
}

const of = (...keys: KeyPair[]): LoadedKeySet => ({ keySet: keySet(...keys), age: 0 });
const aged = (age: number, ...keys: KeyPair[]): LoadedKeySet => ({ keySet: keySet(...keys), age });
const down = new Error('down');
const never = new Promise<never>(() => {});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('a key set that is young', () => {
  test('gives its keys at once, and is not fetched again', async () => {
    const world = new World();
    const key = await world.find();
    for (const now of [0, 40, 79.9]) {
      world.now = now;
      expect(world.set.find(header('first'), webPlatform)).toBe(key);
      expect(key.isLive()).toBe(true);
    }
    expect(world.loads).toBe(1);
  });

  test('is it for four fifths of maxAge, and refreshed in the background from then on', async () => {
    const world = new World();
    const key = await world.find();
    world.now = 80;
    expect(key.isLive()).toBe(false);
    world.answer = never;
    // Nobody waits for it.
    expect(await world.at(80)).toBe('found');
    expect(await world.at(99.9)).toBe('found');
    expect(world.loads).toBe(2);
  });

  test('is it again once it was refreshed', async () => {
    const world = new World();
    const key = await world.find();
    expect(await world.at(80)).toBe('found');
    expect(key.isLive()).toBe(true);
    expect(await world.at(159.9)).toBe('found');
    expect(world.loads).toBe(2);
    expect(await world.at(160)).toBe('found');
    expect(world.loads).toBe(3);
  });

  test('counts by the clock that only grows, in seconds', async () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(5_000_000);
    let loads = 0;
    const load = async (): Promise<LoadedKeySet> => {
      loads += 1;
      return of(first);
    };
    const set = new FetchedKeySet(load, checkKeySetOptions({ maxAge: 100 }));
    const key = await set.find(header('first'), webPlatform);
    now.mockReturnValue(5_079_900);
    expect(key.isLive()).toBe(true);
    await set.find(header('first'), webPlatform);
    expect(loads).toBe(1);
    now.mockReturnValue(5_080_000);
    expect(key.isLive()).toBe(false);
    await set.find(header('first'), webPlatform);
    expect(loads).toBe(2);
  });
});

describe('a key set that is older than maxAge', () => {
  test('is waited for', async () => {
    const world = new World();
    await world.find();
    world.answer = of(second);
    expect(await world.at(100)).toBe('key_unknown');
    expect(await world.at(100, 'second')).toBe('found');
    expect(world.loads).toBe(2);
  });

  test('is used for staleIfError where it can not be fetched, and no longer', async () => {
    const world = new World({ staleIfError: 50 });
    await world.find();
    world.answer = down;
    expect(await world.at(149.9)).toBe('found');
    expect(await world.at(150)).toBe('key_set_unavailable');
    expect(await world.at(170)).toBe('key_set_unavailable');
    const other = new World({ staleIfError: 50 });
    await other.find();
    other.answer = down;
    expect(await other.at(150)).toBe('key_set_unavailable');
  });

  test('is not used at all where staleIfError is 0', async () => {
    const world = new World({ staleIfError: 0 });
    await world.find();
    world.answer = down;
    expect(await world.at(99.9)).toBe('found');
    expect(await world.at(100)).toBe('key_set_unavailable');
  });

  test('keeps nobody waiting once its source is known to be down, and is tried after each failureCooldown', async () => {
    const world = new World();
    await world.find();
    world.answer = down;
    expect(await world.at(100)).toBe('found');
    expect(world.loads).toBe(2);
    world.answer = never;
    expect(await world.at(109.9)).toBe('found');
    expect(world.loads).toBe(2);
    expect(await world.at(110)).toBe('found');
    expect(await world.at(111)).toBe('found');
    expect(world.loads).toBe(3);
  });

  test('has no keys that nobody knows: whether they exist, only the source could tell', async () => {
    const world = new World();
    await world.find();
    world.answer = down;
    expect(await world.at(100)).toBe('found');
    expect(await world.at(101, 'second')).toBe('key_set_unavailable');
    world.answer = of(first);
    expect(await world.at(110)).toBe('found');
    expect(await world.at(111, 'second')).toBe('key_unknown');
  });

  test('has no live keys, though they may be used', async () => {
    const world = new World();
    await world.find();
    world.answer = down;
    world.now = 100;
    expect((await world.find()).isLive()).toBe(false);
  });
});

describe('a key set that can not be fetched', () => {
  test('is unavailable for what is left of failureCooldown, in whole seconds, and tried again after it', async () => {
    const world = new World();
    world.answer = down;
    for (const [now, retryAfter] of [
      [0, 10],
      [0.5, 10],
      [3.5, 7],
      [9, 1],
      [9.9, 1],
    ] as const) {
      world.now = now;
      await expect(world.find()).rejects.toMatchObject({
        code: 'key_set_unavailable',
        message: 'The key set could not be fetched',
        retryAfter,
        cause: down,
      });
      await expect(world.set.prefetch()).rejects.toMatchObject({ code: 'key_set_unavailable', cause: down });
    }
    expect(world.loads).toBe(1);
    world.answer = of(first);
    expect(await world.at(10)).toBe('found');
    expect(world.loads).toBe(2);
  });

  test('is tried again in seconds, not in less than one', async () => {
    const world = new World({ failureCooldown: 0.01 });
    world.answer = down;
    await expect(world.find()).rejects.toMatchObject({ retryAfter: 1 });
  });

  test('has one attempt for all who ask at once, and they get its answer', async () => {
    const world = new World();
    let answer = (_: LoadedKeySet): void => {};
    world.answer = new Promise((resolve) => {
      answer = resolve;
    });
    const asked = [world.try(), world.try('second'), world.set.prefetch(), world.try()];
    await settled();
    answer(of(first));
    expect(await Promise.all(asked)).toEqual(['found', 'key_unknown', undefined, 'found']);
    expect(world.loads).toBe(1);
  });

  test('within its deadline is taken for one that fails', async () => {
    const world = new World({ deadline: 0.005 });
    world.answer = never;
    await expect(world.find()).rejects.toMatchObject({
      code: 'key_set_unavailable',
      cause: new Error('no key set within 0.005 s'),
    });
    world.answer = of(first);
    expect(await world.at(10)).toBe('found');
  });

  test.each([
    [null, '"keys" of the key set must be an array'],
    [{ keys: [] }, 'the key set has no usable public key'],
  ])('since it is none, like %j, is taken for one that fails', async (none, message) => {
    const world = new World();
    world.answer = { keySet: none, age: 0 };
    await expect(world.find()).rejects.toMatchObject({
      code: 'key_set_unavailable',
      cause: new Error(message),
    });
    expect(await world.at(5)).toBe('key_set_unavailable');
    expect(world.loads).toBe(1);
  });
});

describe('a kid that the key set does not have', () => {
  test('has it fetched again, a cooldown after the last time, and no more often', async () => {
    const world = new World();
    expect(await world.at(0)).toBe('found');
    world.answer = of(first, second);
    expect(await world.at(29.9, 'second')).toBe('key_unknown');
    expect(world.loads).toBe(1);
    expect(await world.at(30, 'second')).toBe('found');
    expect(world.loads).toBe(2);
    expect(await world.at(59.9, 'third')).toBe('key_unknown');
    expect(world.loads).toBe(2);
    expect(await world.at(60, 'third')).toBe('key_unknown');
    expect(world.loads).toBe(3);
  });

  test('has it not fetched again within either cooldown after a failure', async () => {
    for (const [cooldown, failureCooldown] of [
      [30, 10],
      [10, 30],
    ] as const) {
      const world = new World({ cooldown, failureCooldown, maxAge: 1000 });
      await world.find();
      world.answer = down;
      expect(await world.at(100, 'second')).toBe('key_set_unavailable');
      expect(await world.at(129.9, 'second')).toBe('key_set_unavailable');
      expect(await world.at(129.9)).toBe('found');
      expect(world.loads).toBe(2);
      world.answer = of(first, second);
      expect(await world.at(130, 'second')).toBe('found');
      expect(world.loads).toBe(3);
    }
  });

  test.each([30, 1000])(
    'waits for the refresh that is under way, with a cooldown of %d s',
    async (cooldown) => {
      const world = new World({ cooldown });
      await world.find();
      let answer = (_: LoadedKeySet): void => {};
      world.answer = new Promise((resolve) => {
        answer = resolve;
      });
      world.now = 80;
      await world.find();
      const asked = world.try('second');
      await settled();
      answer(of(first, second));
      expect(await asked).toBe('found');
      expect(world.loads).toBe(2);
    },
  );

  test('never decides what is asked for, once a key was found', async () => {
    const world = new World();
    world.answer = of(first);
    expect(await world.try('made up')).toBe('key_unknown');
    expect(await world.try('first')).toBe('found');
    expect(await world.at(40, 'made up again')).toBe('key_unknown');
    expect(await world.at(80, 'made up once more')).toBe('key_unknown');
    expect(world.asked).toEqual([header('made up'), header('first'), header('first')]);
  });

  test('has nothing fetched where it is asked for first: what was fetched for it tells', async () => {
    const world = new World();
    expect(await world.try('second')).toBe('key_unknown');
    expect(world.loads).toBe(1);
  });
});

test('a key that left the key set is live no more, from the next answer on', async () => {
  const world = new World();
  world.answer = of(first, second);
  const [gone, kept] = [await world.find('first'), await world.find('second')];
  world.answer = of(second);
  expect(await world.at(80, 'second')).toBe('found');
  expect([gone.isLive(), kept.isLive()]).toEqual([false, true]);
  expect(await world.at(81, 'first')).toBe('key_unknown');
});

describe('an answer that an HTTP cache had kept', () => {
  test('is used for what is left of maxAge', async () => {
    const world = new World();
    world.answer = aged(50, first);
    const key = await world.find();
    world.now = 29.9;
    expect(key.isLive()).toBe(true);
    world.now = 30;
    expect(key.isLive()).toBe(false);
    expect(await world.at(49.9)).toBe('found');
  });

  test('and was old when it came is not asked for again before the cooldown', async () => {
    const world = new World({ cooldown: 30, maxAge: 100 });
    world.answer = aged(90, first);
    await world.find();
    expect(await world.at(9.9)).toBe('found');
    expect(world.loads).toBe(1);
  });

  test.each([
    { maxAge: 100, age: 90, cooldown: 3, early: [0, 2.9], due: 3 },
    { maxAge: 10, age: 1, cooldown: 1000, early: [6.9, 7, 7.9], due: 8 },
  ])(
    'is asked for again after the cooldown, and after four fifths of maxAge at the latest: %j',
    async ({ maxAge, age, cooldown, early, due }) => {
      const world = new World({ maxAge, cooldown });
      world.answer = aged(age, first);
      expect(await world.at(1000)).toBe('found');
      for (const now of early)
        expect([now, await world.at(1000 + now), world.loads]).toEqual([now, 'found', 1]);
      expect([await world.at(1000 + due), world.loads]).toEqual(['found', 2]);
    },
  );

  test('past maxAge is used for staleIfError, and counts as a failure', async () => {
    const world = new World({ staleIfError: 50 });
    world.answer = aged(100, first);
    expect(await world.at(0)).toBe('found');
    await expect(world.find('second')).rejects.toMatchObject({
      code: 'key_set_unavailable',
      cause: new Error(
        'the answer was kept by an HTTP cache: by its Age or Date header it is 100 s old, older than maxAge',
      ),
    });
    world.answer = down;
    expect(await world.at(49.9)).toBe('found');
    expect(await world.at(50)).toBe('key_set_unavailable');
  });

  test('just within maxAge counts as none', async () => {
    const world = new World({ staleIfError: 50 });
    world.answer = aged(99.9, first);
    expect(await world.at(0)).toBe('found');
    expect(await world.at(0, 'second')).toBe('key_unknown');
  });

  test.each([150, 150.7, 1e9])('past maxAge and staleIfError, by %d s, is not used', async (age) => {
    const world = new World({ staleIfError: 50 });
    world.answer = aged(age, first);
    await expect(world.find()).rejects.toMatchObject({
      code: 'key_set_unavailable',
      cause: new Error(
        `the answer was kept by an HTTP cache: by its Age or Date header it is ${Math.floor(age)} s old, older than maxAge and staleIfError allow`,
      ),
    });
  });

  test('and is older than the one before brings no retired key back', async () => {
    const world = new World();
    world.answer = of(second);
    expect(await world.at(50, 'second')).toBe('found');
    world.answer = aged(42.1, first);
    await expect(world.at(90, 'first')).resolves.toBe('key_set_unavailable');
    await expect(world.find('first')).rejects.toMatchObject({
      cause: new Error(
        'the answer was kept by an HTTP cache: by its Age or Date header it is 42 s old, older than the one before',
      ),
    });
    expect(await world.at(91, 'second')).toBe('found');
  });

  test('may differ from the one before by two seconds, as ages are told in whole ones', async () => {
    const world = new World();
    world.answer = of(second);
    expect(await world.at(50, 'second')).toBe('found');
    world.answer = aged(42, second);
    const key = await world.find('second');
    // It is not younger for it, and not older.
    expect(await world.at(90, 'unknown')).toBe('key_unknown');
    world.now = 129.9;
    expect(key.isLive()).toBe(true);
    world.now = 130;
    expect(key.isLive()).toBe(false);
  });
});

describe('a key set that was loaded by other means', () => {
  test('is used as if it had been fetched', async () => {
    const world = new World();
    world.set.accept(keySet(first));
    expect(await world.at(79.9)).toBe('found');
    expect(world.loads).toBe(0);
    expect(await world.at(80)).toBe('found');
    expect(world.loads).toBe(1);
  });

  test('does not end the cooldown of an attempt that failed before', async () => {
    const world = new World({ failureCooldown: 1000, staleIfError: 0 });
    world.answer = down;
    expect(await world.at(0)).toBe('key_set_unavailable');
    world.set.accept(keySet(first));
    expect(await world.at(79)).toBe('found');
    world.now = 101;
    await expect(world.find()).rejects.toMatchObject({ code: 'key_set_unavailable', retryAfter: 899 });
    expect(world.loads).toBe(1);
  });

  test('must be one', () => {
    const world = new World();
    expect(() => world.set.accept({ keys: [] })).toThrow('the key set has no usable public key');
  });

  test('while an attempt is under way is not undone by its answer', async () => {
    const world = new World();
    let answer = (_: LoadedKeySet): void => {};
    world.answer = new Promise((resolve) => {
      answer = resolve;
    });
    const asked = world.try('first');
    await settled();
    world.set.accept(keySet(second));
    answer(of(first));
    expect(await asked).toBe('key_unknown');
    expect(await world.try('second')).toBe('found');
  });
});

describe('where one request can not wait for another', () => {
  const isolate = (): void => void vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' });

  test('each fetches the set for itself, and an earlier answer never replaces a later one', async () => {
    isolate();
    const world = new World();
    const answers: ((answer: LoadedKeySet) => void)[] = [];
    const next = (): Promise<LoadedKeySet> => new Promise((resolve) => answers.push(resolve));
    world.answer = next();
    const early = world.try('first');
    await settled();
    world.answer = next();
    const late = world.try('second');
    await settled();
    expect(world.loads).toBe(2);
    answers[1]?.(of(second));
    expect(await late).toBe('found');
    answers[0]?.(of(first));
    expect(await early).toBe('key_unknown');
    expect(await world.try('second')).toBe('found');
    expect(world.loads).toBe(2);
  });
});

describe('the hook', () => {
  const url = 'https://acme.eu.auth0.com/jwks.json';
  test('is told how long each attempt took, and why it failed', async () => {
    const world = new World({}, url);
    const slow = async (seconds: number, answer: Answer): Promise<LoadedKeySet> => {
      await settled();
      world.now += seconds;
      if (answer instanceof Error) throw answer;
      return answer;
    };
    world.now = 1000;
    world.answer = slow(2, of(first));
    await world.find();
    world.now = 1100;
    world.answer = slow(3, down);
    await world.find();
    await settled();
    expect(world.told).toEqual([
      { url, seconds: 2, error: undefined },
      { url, seconds: 3, error: down },
    ]);
  });

  test('is not told where there is no URL', async () => {
    const world = new World();
    await world.find();
    expect(world.told).toEqual([]);
  });
});
