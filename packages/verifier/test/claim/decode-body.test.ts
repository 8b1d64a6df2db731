import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toRuns, writeBody } from '../../../../spec/reference.js';
import { encodeBody } from '../../../action-runtime/src/encode-body.ts';
import { decodeBody } from '../../src/claim/decode-body.ts';
import { VerifierError } from '../../src/errors.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 500);

function placesOf(bits: Uint8Array): number[] {
  const places: number[] = [];
  bits.forEach((byte, index) => {
    for (let bit = 0; bit < 8; bit++) if (byte & (0x80 >> bit)) places.push(8 * index + bit);
  });
  return places;
}

function refusal(body: string): string {
  try {
    decodeBody(body, 100);
  } catch (error) {
    expect(error).toBeInstanceOf(VerifierError);
    expect(error).toHaveProperty('code', 'claim_malformed');
    return (error as VerifierError).message;
  }
  return 'accepted';
}

/** Places at any density, in runs or alone. */
const sets = fc
  .tuple(fc.array(fc.tuple(fc.nat({ max: 90 }), fc.nat({ max: 40 })), { maxLength: 30 }), fc.boolean())
  .map(([pairs, alone]) => {
    const places: number[] = [];
    let next = 0;
    for (const [skipped, more] of pairs) {
      const end = next + skipped + (alone ? 1 : more + 1);
      for (let place = next + skipped; place < end; place++) places.push(place);
      next = end;
    }
    return places;
  });

describe('decodeBody', () => {
  test('gives back what was encoded', () => {
    fc.assert(
      fc.property(sets, fc.nat({ max: 20 }), (places, spare) => {
        const size = (places.at(-1) ?? -1) + 1 + spare;
        const { bits, overflow } = decodeBody(encodeBody(places), size);
        expect(placesOf(bits)).toEqual(places);
        expect(bits).toHaveLength(Math.ceil(size / 8));
        expect(overflow).toBe(false);
      }),
      { numRuns: runs },
    );
  });

  test('never sets a bit past the places it was asked for, and says that the body holds some', () => {
    fc.assert(
      fc.property(sets, fc.nat({ max: 1000 }), (places, size) => {
        const { bits, overflow } = decodeBody(encodeBody(places), size);
        expect(placesOf(bits)).toEqual(places.filter((place) => place < size));
        expect(overflow).toBe(places.some((place) => place >= size));
      }),
      { numRuns: runs },
    );
  });

  test.each([
    ['', 'the body is empty'],
    ['A+', 'a character is not base64url'],
    ['Aé', 'a character is not base64url'],
    ['A=', 'a character is not base64url'],
    ['\ud800', 'a character is not base64url'],
    ['B', 'the low bits of the raw mode are not zero'],
    ['AgA', 'a raw body ends in zeros'],
    ['AA', 'a raw body ends in zeros'],
    ['w', 'mode 11 is reserved'],
    ['Q_', 'more padding than the last character needs'],
    ['Q__', 'more padding than the last character needs'],
    ['Z', 'accepted'],
    ['Q', 'accepted'],
    ['fA', 'the body ends inside a number'],
    ['g', 'the body ends inside a number'],
    ['gP', 'the runs mode holds no run'],
    ['gAA', 'a run that is not held is empty'],
    ['gB', 'the runs do not end after a held run'],
  ])('judges %j: %s', (body, rule) => {
    expect(refusal(body)).toBe(rule);
  });

  test('refuses places of 2^24 and more in every mode', () => {
    const rule = 'a place is 2^24 or more';
    const whole = 'A'.repeat(1 + Math.floor(2 ** 24 / 6));
    expect(decodeBody(`${whole}E`, 0).overflow).toBe(true);
    expect(refusal(`${whole}C`)).toBe(rule);
    expect(refusal(`Q${'_'.repeat(2 ** 22)}A`)).toBe(rule);
    expect(refusal(`f${'_'.repeat(100)}AAA`)).toBe(rule);
    expect(refusal(`gD${'_'.repeat(4)}${'A'.repeat(9)}`)).toBe(rule);
  });

  test('counts ones across characters, wherever they begin', () => {
    for (let zeros = 0; zeros < 40; zeros++) {
      for (let ones = 1; ones < 80; ones++) {
        // In gaps of k = 0 each place next to the last one is a zero bit, and a gap so many ones.
        const body = writeBody('gaps', [0], toRuns([...Array(zeros).keys(), zeros + ones]));
        const { bits, overflow } = decodeBody(body, zeros + ones + 1);
        expect(placesOf(bits)).toEqual([...Array(zeros).keys(), zeros + ones]);
        expect(overflow).toBe(false);
      }
    }
  });

  test('takes a text of megabytes in one pass and no more memory than the places need', () => {
    const body = `Q${'A'.repeat(2 ** 21)}`;
    const { bits, overflow } = decodeBody(body, 12);
    expect([...bits]).toEqual([0xff, 0xf0]);
    expect(overflow).toBe(true);
  });
});
