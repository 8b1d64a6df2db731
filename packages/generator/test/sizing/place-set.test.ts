import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PlaceSet } from '../../src/sizing/place-set.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 300);

it('a set of places has what was added since it was cleared, ascending and each once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200 }), fc.array(fc.array(fc.nat(200))), (size, rounds) => {
      const set = new PlaceSet(size);
      for (const round of rounds) {
        const places = round.filter((place) => place < size);
        set.clear();
        const other = new PlaceSet(size);
        for (const [index, place] of places.entries()) (index % 2 === 0 ? set : other).add(place);
        set.addAll(other);
        expect(set.toArray()).toEqual([...new Set(places)].sort((a, b) => a - b));
      }
    }),
    { numRuns: runs },
  );
});
