import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBody } from '../../src/claim/decode-body.ts';
import { isVerifierError } from '../../src/errors.ts';
import { decodePlaces } from '../../src/unverified/decode-places.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 5000);
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** What the verifier's own decoder says, as decodePlaces says it. */
function expected(body: string, places: number): { held: number[]; overflow: boolean } | undefined {
  try {
    const { bits, overflow } = decodeBody(body, places);
    const held = Array.from({ length: places }, (_, place) => place);
    return {
      held: held.filter((place) => ((bits[place >> 3] ?? 0) & (0x80 >> (place & 7))) !== 0),
      overflow,
    };
  } catch (error) {
    expect(isVerifierError(error)).toBe(true);
    return undefined;
  }
}

const character = fc.constantFrom(...ALPHABET);
/** Few ones in a row, so that many texts are right in the modes that count. */
const body = fc.oneof(
  fc.string({ unit: character, maxLength: 16 }),
  fc
    .tuple(fc.constantFrom('A', 'Q', 'U', 'Y', 'g', 'i', 'k'), fc.string({ unit: character, maxLength: 12 }))
    .map(([a, b]) => a + b),
  fc.string({ maxLength: 6 }),
);

describe('the small decoder for user interfaces', () => {
  test("accepts and reads exactly what the verifier's decoder does", () => {
    let accepted = 0;
    fc.assert(
      fc.property(body, fc.nat(200), (text, places) => {
        const small = decodePlaces(text, places);
        if (small !== undefined) accepted += 1;
        expect(small).toEqual(expected(text, places));
      }),
      { numRuns: runs },
    );
    expect(accepted).toBeGreaterThan(runs / 20);
  });

  test('agrees with it on every vector of the format, at several sizes of layout', () => {
    const vectors: unknown = JSON.parse(
      readFileSync(new URL('../../../../spec/vectors/bodies.json', import.meta.url), 'utf8'),
    );
    const texts = new Set<string>();
    const collect = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [name, member] of Object.entries(value)) {
        if (name === 'body' && typeof member === 'string') texts.add(member);
        else collect(member);
      }
    };
    collect(vectors);
    expect(texts.size).toBeGreaterThan(100);
    for (const text of texts) {
      for (const places of [0, 1, 7, 300]) expect(decodePlaces(text, places)).toEqual(expected(text, places));
    }
  });
});
