import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bestParameters, chooseBody, toRuns, writeBody } from '../../../spec/reference.js';
import { encodeBody } from '../src/encode-body.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 500);

/** Sets as users hold them: scattered places, or runs of places. */
const scattered = fc
  .tuple(fc.integer({ min: 1, max: 400 }), fc.array(fc.nat(), { maxLength: 120 }))
  .map(([size, seeds]) => [...new Set(seeds.map((seed) => seed % size))].sort((x, y) => x - y));
const clustered = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 60 })), { maxLength: 12 })
  .map((pairs) => {
    const places: number[] = [];
    let next = 0;
    for (const [skipped, held] of pairs) {
      for (let i = 0; i < held; i++) places.push(next + skipped + i);
      next += skipped + held;
    }
    return places;
  });
const far = fc
  .uniqueArray(fc.integer({ min: 0, max: 2 ** 24 - 1 }), { maxLength: 12 })
  .map((places) => places.sort((x, y) => x - y));

describe('encodeBody', () => {
  test('writes the examples of the format', () => {
    expect(encodeBody([])).toBe('A');
    expect(encodeBody([0])).toBe('Ag');
    expect(encodeBody([0, 1, 2, 3, 4, 5])).toBe('A_');
  });

  test('writes what a slow reference writes that tries every mode and parameter', () => {
    fc.assert(
      fc.property(fc.oneof(scattered, clustered), (places) => {
        expect(encodeBody(places)).toBe(chooseBody(toRuns(places)));
      }),
      { numRuns: Math.ceil(runs / 5) },
    );
  });

  test('is no longer than runs with the best of all parameters, however far the places lie', () => {
    fc.assert(
      fc.property(far, (places) => {
        fc.pre(places.length > 0);
        const set = toRuns(places);
        const body = encodeBody(places);
        const runs = writeBody('runs', bestParameters('runs', set), set);
        if (/^[g-v]/.test(body)) expect(body).toBe(runs);
        else expect(body.length).toBeLessThanOrEqual(runs.length);
      }),
      { numRuns: Math.ceil(runs / 5) },
    );
  });

  test('needs at most 1 + ceil(N / 6) characters for any subset of N places', () => {
    fc.assert(
      fc.property(fc.oneof(scattered, clustered, far), (places) => {
        const size = (places.at(-1) ?? -1) + 1;
        expect(encodeBody(places).length).toBeLessThanOrEqual(1 + Math.ceil(size / 6));
      }),
      { numRuns: runs },
    );
  });

  test('takes any array-like of places', () => {
    const places = [3, 4, 9, 1000];
    expect(encodeBody(Uint32Array.from(places))).toBe(encodeBody(places));
  });

  test('reaches the last place there is', () => {
    expect(encodeBody([2 ** 24 - 1]).length).toBeLessThan(12);
  });

  test.each([[[1, 1]], [[2, 1]], [[-1]], [[0.5]], [[2 ** 24]], [[Number.NaN]]])(
    'refuses the places %j',
    (places) => {
      expect(() => encodeBody(places)).toThrow(RangeError);
    },
  );

  test('is text that deploy tools leave alone', () => {
    for (const file of ['encode-body.ts', 'bit-writer.ts']) {
      const text = readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8');
      expect(text).not.toMatch(/##|@@|\$\{|`/);
    }
  });
});
