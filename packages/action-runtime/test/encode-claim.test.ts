// From the places that a user holds to the claim, without the generator.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addRuns } from '../src/add-runs.ts';
import { BitWriter } from '../src/bit-writer.ts';
import { encodeBody } from '../src/encode-body.ts';
import { encodeClaim } from '../src/encode-claim.ts';
import { placesOf } from '../src/held-places.ts';

const numRuns = Number(process.env['CLAIMGEN_RUNS'] ?? 500);
const table = {
  encoding: 'bitset',
  ids: ['aaaaaa', 'bbbbbb', 'cccccc'],
  ends: [5, 8, 12],
  names: ['a', 'B', 'é', 'c'],
} as const;

describe('encodeClaim', () => {
  test.each([
    [[], 'aaaaaa.'],
    [[4], 'aaaaaa.'],
    [[5], 'aaaaaabbbbbb.'],
    [[0, 7], 'aaaaaabbbbbb.'],
    [[8], 'aaaaaabbbbbbcccccc.'],
    [[11], 'aaaaaabbbbbbcccccc.'],
  ])('names the generations up to the last that is held: %j', (places, ids) => {
    expect(encodeClaim(table, places)).toBe(`${ids}${encodeBody(places)}`);
  });

  test.each(['action', 'event'] as const)(
    'writes as many characters for every time, and without one: read by the %s',
    (asOf) => {
      const dated = { ...table, asOf };
      const length = 'aaaaaa.'.length + encodeBody([0, 4]).length + '.AAAAAA'.length;
      for (const readAt of [undefined, 0, 62.5, 1_795_694_400_500, 2 ** 36 * 62.5 - 1]) {
        expect(encodeClaim(dated, [0, 4], readAt)).toHaveLength(length);
      }
    },
  );

  test('writes names sorted by code units, where the encoding says so', () => {
    expect(encodeClaim({ ...table, encoding: 'names' }, [0, 1, 2, 3])).toEqual(['B', 'a', 'c', 'é']);
    expect(encodeClaim({ ...table, encoding: 'names' }, [])).toEqual([]);
  });

  test('writes an empty name for a place that has none', () => {
    expect(encodeClaim({ ...table, encoding: 'names' }, [0, 9])).toEqual(['', 'a']);
  });
});

describe('addRuns', () => {
  test('adds what a run holds, and takes nothing away', () => {
    const held = new Uint8Array(12);
    addRuns(held, [1, 2, 3, 1]);
    expect(placesOf(held)).toEqual([1, 2, 6]);
    addRuns(held, [0, 1, 10, 1]);
    expect(placesOf(held)).toEqual([0, 1, 2, 6, 11]);
    addRuns(held, []);
    addRuns(held, [3]);
    expect(placesOf(held)).toEqual([0, 1, 2, 6, 11]);
  });
});

describe('BitWriter', () => {
  test('writes any count as that many ones and a zero, filled up with ones', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(5), (count, before) => {
        const writer = new BitWriter();
        writer.write(0, before);
        writer.writeUnary(count);
        const bits = `${'0'.repeat(before)}${'1'.repeat(count)}0`;
        const filled = bits.padEnd(Math.ceil(bits.length / 6) * 6, '1');
        const expected = [...(filled.match(/.{6}/g) ?? [])].map((six) =>
          Buffer.from([Number.parseInt(six, 2) << 2])
            .toString('base64url')
            .charAt(0),
        );
        expect(writer.finish()).toBe(expected.join(''));
      }),
      { numRuns },
    );
  });
});
