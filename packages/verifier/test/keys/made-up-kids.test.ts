import fc from 'fast-check';
import type { JSONWebKeySet } from 'jose';
import { expect, test } from 'vitest';
import type { LoadedKeySet } from '../../src/keys/fetch-key-set.ts';
import { FetchedKeySet } from '../../src/keys/fetched-key-set.ts';
import type { KeySetOptions } from '../../src/keys/key-set-options.ts';
import { checkKeySetOptions } from '../../src/keys/key-set-options.ts';
import { webPlatform } from '../../src/platform/web.ts';
import { codeOf } from '../support/answers.ts';
import { ecKey, keySet } from '../support/issuer.ts';

// A run plays minutes of an API's life, second by second: a thousand would take longer than all other tests of keys.
const runs = Math.min(250, Number(process.env['CLAIMGEN_RUNS'] ?? 25));
// Elliptic, as the modulus of an RSA key is checked at every fetch, which is long where thousands of them are played.
const keys = ['first', 'second', 'third'].map((kid) => ecKey(kid, 'P-256'));

/** What happens in one second: tokens of kids that nobody has, and whether the issuer's key server is up. */
interface Second {
  readonly madeUp: number;
  readonly up: boolean;
}

interface History {
  readonly options: KeySetOptions;
  readonly seconds: readonly Second[];
  /** The seconds in which the issuer starts to use its next key. */
  readonly rotations: readonly number[];
}

const history = (up: fc.Arbitrary<boolean>): fc.Arbitrary<History> =>
  fc.record({
    options: fc.record({
      maxAge: fc.integer({ min: 20, max: 200 }),
      cooldown: fc.integer({ min: 1, max: 40 }),
      failureCooldown: fc.integer({ min: 1, max: 20 }),
      staleIfError: fc.constantFrom(0, 30, 3600),
    }),
    seconds: fc.array(fc.record({ madeUp: fc.nat(3), up }), { minLength: 170, maxLength: 300 }),
    rotations: fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 61, max: 120 })),
  });

/** What came of a history. */
interface Life {
  /** When each of the keys was first accepted. */
  readonly accepted: readonly (number | undefined)[];
  readonly fetches: number;
  /** The seconds in which a token of the first key failed, though its key set was not too old. */
  readonly failed: readonly number[];
}

async function live({ options, seconds, rotations }: History): Promise<Life> {
  const checked = checkKeySetOptions(options);
  let now = 0;
  let up = true;
  let fetches = 0;
  let loadedAt = Number.NEGATIVE_INFINITY;
  let published: JSONWebKeySet = keySet();
  const load = async (): Promise<LoadedKeySet> => {
    fetches += 1;
    if (!up) throw new Error('down');
    loadedAt = now;
    return { keySet: published, age: 0 };
  };
  const source = new FetchedKeySet(load, checked, () => now);
  const find = (kid: string): Promise<string> =>
    codeOf((async () => source.find({ alg: 'ES256', kid }, webPlatform))());
  const accepted: (number | undefined)[] = [];
  const failed: number[] = [];
  for (const [second, { madeUp, up: isUp }] of seconds.entries()) {
    now = second;
    up = isUp;
    const used = [0, ...rotations].filter((at) => at <= second).length;
    // The old keys stay in the set, as Auth0 leaves them there.
    published = keySet(...keys.slice(0, used));
    const flood = async (part: string): Promise<void> => {
      for (let number = 0; number < madeUp; number += 1) await find(`made-up-${second}-${part}-${number}`);
    };
    await flood('before');
    for (const [index, { kid }] of keys.slice(0, used).entries()) {
      const verified = (await find(kid)) === 'verified';
      if (verified) accepted[index] ??= second;
      else if (index === 0 && now - loadedAt < checked.maxAge + checked.staleIfError) failed.push(second);
    }
    await flood('after');
  }
  return { accepted, fetches, failed };
}

test('made-up kids never make a known key fail, nor a new one wait for more than a cooldown, nor more than a fetch in each', async () => {
  await fc.assert(
    fc.asyncProperty(history(fc.constant(true)), async (lived) => {
      const { accepted, fetches, failed } = await live(lived);
      expect(failed).toEqual([]);
      const { cooldown = 0, maxAge = 0 } = lived.options;
      const waited = lived.rotations.map(
        (at, index) => (accepted[index + 1] ?? Number.POSITIVE_INFINITY) - at,
      );
      expect(Math.max(...waited)).toBeLessThanOrEqual(cooldown);
      const { length } = lived.seconds;
      expect(fetches).toBeLessThanOrEqual(1 + length / cooldown + length / (0.8 * maxAge));
    }),
    { numRuns: runs },
  );
});

test('with a key server that comes and goes, a known key never fails before its set is too old', async () => {
  await fc.assert(
    fc.asyncProperty(history(fc.boolean()), async (lived) => {
      expect((await live(lived)).failed).toEqual([]);
    }),
    { numRuns: runs },
  );
});
