import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyLength } from '../src/body-length.ts';
import { encodeBody } from '../src/encode-body.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 1000);

const ascending = (places: readonly number[]) => [...new Set(places)].sort((x, y) => x - y);

/** Few places far apart, places that are scattered, and runs of places. */
const sets = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 2 ** 24 - 1 }), { maxLength: 30 }).map(ascending),
  fc
    .integer({ min: 1, max: 2000 })
    .chain((size) => fc.array(fc.nat(size - 1), { maxLength: 200 }).map(ascending)),
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 500 })), { maxLength: 12 })
    .map((pairs) => {
      let next = 0;
      return pairs.flatMap(([skipped, held]) => {
        const places = Array.from({ length: held }, (_, index) => next + skipped + index);
        next += skipped + held;
        return places;
      });
    }),
);

test('the length of a body is that of the body that the Action writes', () => {
  fc.assert(
    fc.property(sets, (places) => {
      expect(bodyLength(places)).toBe(encodeBody(places).length);
    }),
    { numRuns: runs },
  );
});

test('so it is for every set of up to twelve places', () => {
  for (let set = 0; set < 2 ** 12; set++) {
    const places = Array.from({ length: 12 }, (_, place) => place).filter((place) => (set >> place) & 1);
    expect(bodyLength(places)).toBe(encodeBody(places).length);
  }
});
