// What is left for a list of names, and the longest list that the Action lets pass: exactly, as the build passes or fails by it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cappedWorst, claimRoom } from '../../src/budget/claim-room.ts';
import { proveToken } from '../../src/budget/token-proof.ts';
import { jsonBytes } from '../../src/budget/worst-claim.ts';
import type { AudiencePlan } from '../../src/plan/audience-plan.ts';
import { audienceInput } from '../check/audience-input.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 100);

function proofOf({ audience, environment, catalog, selected, sample }: AudiencePlan, claimBytes: number) {
  return proveToken({ audience, environment, catalog, selected, sample, claimBytes });
}

describe('the room for a claim', () => {
  it('is what keeps the line within the budget, to the byte', () => {
    const plans = [{}, { keyBits: 3072 }, { algorithm: 'HS256' }].map((token) =>
      audienceInput({ R: ['a'] }, ['a'], ['a'], { token }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...plans),
        fc.integer({ min: 300, max: 9000 }),
        fc.nat(500),
        (plan, bytes, proven) => {
          const room = claimRoom({ ...plan.audience.budget, bytes }, proofOf(plan, proven), proven);
          expect(proofOf(plan, room).line).toBeLessThanOrEqual(bytes);
          expect(proofOf(plan, room + 1).line).toBeGreaterThan(bytes);
        },
      ),
      { numRuns: runs },
    );
  });
});

describe('the longest list of names within a room', () => {
  /** The longest JSON array of some of the names that has at most so many bytes. */
  function longest(names: readonly string[], most: number): number {
    let bytes = 0;
    for (let subset = 0; subset < 2 ** names.length; subset++) {
      const length = jsonBytes(names.filter((_, index) => ((subset >> index) & 1) === 1));
      if (length <= most) bytes = Math.max(bytes, length);
    }
    return bytes;
  }

  const tables = fc.uniqueArray(fc.stringMatching(/^[a-zé"]{1,14}$/), { minLength: 1, maxLength: 8 });

  it('is the one that trying every set finds, or what is written in its place where that is longer', () => {
    fc.assert(
      fc.property(
        tables,
        fc.integer({ min: -3, max: 140 }),
        fc.constantFrom('deny' as const, 'omit' as const, 'marker' as const),
        (texts, bytes, onOverflow) => {
          // Places need not be neighbours.
          const names = new Map(texts.map((name, index) => [3 * index + 1, name]));
          const all = jsonBytes(texts);
          const places = [...names.keys()];
          const worst = { bytes: all, places, reached: all };
          const capped = cappedWorst(worst, names, { bytes, onOverflow });
          if (all <= bytes) {
            expect(capped).toBe(worst);
            return;
          }
          const least = onOverflow === 'marker' ? jsonBytes('!overflow') : jsonBytes([]);
          expect(capped.bytes).toBe(Math.max(least, longest(texts, bytes)));
          expect(capped.reached).toBe(capped.bytes);
          const held = capped.places.map((place) => names.get(place));
          expect(Math.max(least, jsonBytes(held))).toBe(capped.bytes);
          expect(held).not.toContain(undefined);
          expect(capped.places).toEqual([...new Set(capped.places)].sort((a, b) => a - b));
        },
      ),
      { numRuns: runs * 3 },
    );
  });

  it('takes places in ascending order, also from the tenth on', () => {
    const names = new Map(Array.from({ length: 12 }, (_, index) => [index + 1, 'n'.repeat(index + 1)]));
    const texts = [...names.values()];
    const worst = { bytes: jsonBytes(texts), places: [...names.keys()], reached: jsonBytes(texts) };
    const { places, bytes } = cappedWorst(worst, names, { bytes: worst.bytes - 1, onOverflow: 'deny' });
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).toContain(12);
    expect(bytes).toBe(longest(texts, worst.bytes - 1));
  });
});
