import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeAsOf } from '../src/as-of.ts';
import { ALPHABET } from '../src/bit-writer.ts';

const numberOf = (text: string) => [...text].reduce((sum, one) => 64 * sum + ALPHABET.indexOf(one), 0);

describe('an as-of', () => {
  it('is the last odd or even unit of 1/16 s before the time, in six characters', () => {
    fc.assert(
      fc.property(fc.integer({ min: 125, max: 2 ** 36 * 62.5 - 1 }), fc.boolean(), (at, isOdd) => {
        const text = encodeAsOf(at, isOdd);
        const unit = numberOf(text);
        expect(text).toMatch(/^[\w-]{6}$/);
        expect(unit % 2).toBe(isOdd ? 1 : 0);
        expect(unit * 62.5).toBeLessThanOrEqual(at);
        expect(unit * 62.5).toBeGreaterThan(at - 125);
      }),
    );
  });

  it.each([0, 62, 62.5, 124])('is the first of its kind for a time without one before: %d ms', (at) => {
    expect(encodeAsOf(at, true)).toBe('AAAAAB');
    expect(encodeAsOf(at, false)).toBe('AAAAAA');
  });

  it('is that of the specification', () => {
    expect(encodeAsOf(Date.parse('2026-11-26T12:00:00.500Z'), true)).toBe('awgfQH');
    expect(encodeAsOf(Date.parse('2026-11-26T12:00:00.500Z'), false)).toBe('awgfQI');
  });
});
