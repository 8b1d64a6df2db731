// The bound of the claim, against the formulas of docs/explanation/proof.md written down again.
import { encodeClaim } from '@claimgen/action-runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimBound, freshBound, jsonBytes, worstClaim } from '../../src/budget/worst-claim.ts';
import type { AudienceConfig } from '../../src/config/audience-config.ts';
import { type AudienceLayout, growLayout } from '../../src/layout/layout.ts';
import { claimTable } from '../../src/plan/claim-table.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 100);

const settings = (encoding: 'bitset' | 'names', asOf = false) =>
  ({ encoding, asOf, sources: [] }) as unknown as AudienceConfig;

function layoutOf(sizes: readonly number[]): { layout: AudienceLayout; names: string[] } {
  const names: string[] = [];
  let layout: AudienceLayout | undefined;
  for (const size of sizes) {
    for (let added = 0; added < size; added++) names.push(`p${String(names.length).padStart(4, '0')}`);
    layout = growLayout('a', layout, [...names], (list) => list);
  }
  return { layout: layout as AudienceLayout, names };
}

/** min(2 + floor(L / 6), min over k of ceil(gapsBits(A, k) / 6)); a body without places has one character. */
function bodyBound(places: readonly number[]): number {
  if (places.length === 0) return 1;
  const gaps = places.map((place, index) => place - (places[index - 1] ?? -1) - 1);
  const bits = Array.from({ length: 16 }, (_, k) =>
    gaps.reduce((sum, gap) => sum + Math.floor(gap / 2 ** k) + 1 + k, 6),
  );
  return Math.min(2 + Math.floor((places.at(-1) as number) / 6), ...bits.map((each) => Math.ceil(each / 6)));
}

const situations = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
  // Many places away for the gaps to be shorter than raw.
  keep: fc.array(fc.nat(400), { maxLength: 40 }),
  asOf: fc.boolean(),
});

describe('the bound of a bitset', () => {
  it('has six characters for each generation up to the last place, and the shorter of raw and gaps', () => {
    fc.assert(
      fc.property(situations, ({ sizes, keep, asOf }) => {
        const { layout, names } = layoutOf(sizes);
        const places = [...new Set(keep.map((each) => each % names.length))].sort((a, b) => a - b);
        const available = new Set(places.map((place) => names[place] as string));
        const last = places.at(-1) ?? 0;
        let generations = 0;
        for (let end = 0; end <= last; generations++) end += sizes[generations] as number;
        const expected = 2 + 6 * generations + 1 + bodyBound(places) + (asOf ? 7 : 0);
        const audience = settings('bitset', asOf);
        expect(worstClaim(audience, layout, available).bytes).toBe(expected);
        expect(claimBound(claimTable(audience, layout), available)).toBe(expected);
      }),
      { numRuns: runs },
    );
  });

  it.each([
    ['few that are far from each other, each gap by itself', [0, 300, 340, 399]],
    ['the last place alone', [399]],
    ['a stretch', Array.from({ length: 90 }, (_, index) => 60 + index)],
    ['every third', Array.from({ length: 134 }, (_, index) => 3 * index)],
    ['four of each seven', Array.from({ length: 120 }, (_, place) => place).filter((place) => place % 7 < 4)],
    ['all', Array.from({ length: 400 }, (_, place) => place)],
    ['none', []],
  ])('is reached, or nearly: %s', (_, places) => {
    const { layout, names } = layoutOf([400]);
    const audience = settings('bitset');
    const worst = worstClaim(audience, layout, new Set(places.map((place) => names[place] as string)));
    const table = claimTable(audience, layout);
    const lengths = [
      places,
      places.filter((place) => ((places.at(-1) ?? 0) - place) % 2 === 0),
      places.filter((_, index) => (places.length - 1 - index) % 3 !== 1),
    ].map((held) => jsonBytes(encodeClaim(table, held)));
    expect(worst.reached).toBe(Math.max(...lengths));
    expect(jsonBytes(encodeClaim(table, worst.places))).toBe(worst.reached);
    expect(worst.reached).toBeLessThanOrEqual(worst.bytes);
  });

  it('is nearest with every other place down from the last where long stretches are held between long gaps', () => {
    const stretches = [
      [10, 33],
      [84, 108],
      [156, 166],
      [214, 220],
      [239, 272],
      [274, 288],
    ] as const;
    const places = stretches.flatMap(([from, to]) =>
      Array.from({ length: to - from + 1 }, (_, index) => from + index),
    );
    const { layout, names } = layoutOf([400]);
    const worst = worstClaim(
      settings('bitset'),
      layout,
      new Set(places.map((place) => names[place] as string)),
    );
    expect(worst.places).toEqual(places.filter((place) => place % 2 === 0));
  });

  it('is nearest with all but every third where that takes more than all', () => {
    const places = Array.from({ length: 71 }, (_, place) => place).filter((place) => place % 11 < 8);
    const { layout, names } = layoutOf([400]);
    const worst = worstClaim(
      settings('bitset'),
      layout,
      new Set(places.map((place) => names[place] as string)),
    );
    expect(worst.places).toEqual(places.filter((_, index) => (places.length - 1 - index) % 3 !== 1));
  });

  it('knows no parameter above 15, as the four bits of the encoder', () => {
    const names = new Array<string>(2 ** 19).fill('gone').concat('kept');
    const table = { encoding: 'bitset' as const, names, ends: [names.length] };
    // 6 bits, and 16 for the place and 16 for what is left of it: seven characters.
    expect(claimBound(table, new Set(['kept']))).toBe(2 + 6 + 1 + 7);
  });

  it('of no places at all is an id, a dot and one character', () => {
    const { layout } = layoutOf([3, 4]);
    expect(worstClaim(settings('bitset'), layout, new Set())).toEqual({ bytes: 10, places: [], reached: 10 });
  });
});

describe('the bound of names', () => {
  it('is the array of all of them, and every place is in it', () => {
    fc.assert(
      fc.property(situations, ({ sizes, keep }) => {
        const { layout, names } = layoutOf(sizes);
        const places = [...new Set(keep.map((each) => each % names.length))].sort((a, b) => a - b);
        const held = places.map((place) => names[place] as string);
        const audience = settings('names');
        const bytes = jsonBytes(held);
        expect(worstClaim(audience, layout, new Set(held))).toEqual({ bytes, places, reached: bytes });
        expect(claimBound(claimTable(audience, layout), new Set(held))).toBe(bytes);
      }),
      { numRuns: runs },
    );
  });
});

describe('the bound of a layout of its own', () => {
  it('is that of the layout, once it is there', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-zé"]{1,10}$/), { minLength: 1, maxLength: 90 }),
        fc.constantFrom('bitset' as const, 'names' as const),
        fc.boolean(),
        (list, encoding, asOf) => {
          const names = [...new Set(list)].sort();
          const audience = settings(encoding, asOf && encoding === 'bitset');
          const layout = growLayout('a', undefined, names, (all) => all);
          expect(freshBound(audience, names.map(jsonBytes))).toBe(
            worstClaim(audience, layout, new Set(names)).bytes,
          );
        },
      ),
      { numRuns: runs },
    );
    expect(freshBound(settings('names'), [])).toBe(2);
  });
});
