import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { chooseBody, toRuns } from '../../../../spec/reference.js';
import { decodeBody } from '../../src/claim/decode-body.ts';
import { indexLayout } from '../../src/claim/layout-index.ts';
import { readClaim } from '../../src/claim/read-claim.ts';
import type { Layout } from '../../src/layout.ts';
import { BitPermissionSet } from '../../src/permission-set.ts';

const layout: Layout = {
  format: 'claimgen-layout-1',
  name: 'orders',
  claim: 'https://acme.example/permissions',
  active: 1,
  lineages: [
    [{ id: 'AAAAA0', permissions: ['a', 'b', 'gone', 'constructor'] }],
    [
      { id: 'BBBBB0', permissions: ['a', 'b', 'gone'] },
      { id: 'BBBBB1', permissions: ['constructor', 'd'] },
    ],
  ],
  withdrawn: ['gone'],
};
const index = indexLayout(layout);

/** A raw body of the given places. */
function body(...places: number[]): string {
  const sextets: number[] = [];
  for (const place of places) {
    const at = Math.floor(place / 6);
    while (sextets.length <= at) sextets.push(0);
    sextets[at] = (sextets[at] ?? 0) | (0x20 >> (place % 6));
  }
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return `A${sextets.map((sextet) => alphabet[sextet]).join('')}`;
}

function read(value: unknown): { layout: string; names: string[] } {
  const reading = readClaim(value, index);
  return { layout: reading.layout, names: [...new BitPermissionSet<string>(reading)] };
}

describe('a claim with an as-of', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const asOfs = fc
    .array(fc.constantFrom(...alphabet), { minLength: 6, maxLength: 6 })
    .map((all) => all.join(''));

  it('grants and refuses what it does without', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 4 }), asOfs, (end, asOf) => {
        const outcome = (claim: string) => {
          try {
            const { asOf: _, ...reading } = readClaim(claim, index);
            return reading;
          } catch (error) {
            return (error as { code: string }).code;
          }
        };
        expect(outcome(`BBBBB0BBBBB1.${end}.${asOf}`)).toEqual(outcome(`BBBBB0BBBBB1.${end}`));
      }),
    );
  });

  it('is malformed to a reader that knows of none, whose body is all that follows the first dot', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(300), { maxLength: 60 }), asOfs, (places, asOf) => {
        const runs = toRuns(places.sort((a, b) => a - b));
        expect(() => decodeBody(`${chooseBody(runs)}.${asOf}`, 301)).toThrow(
          expect.objectContaining({ code: 'claim_malformed' }),
        );
      }),
    );
  });
});

describe('a claim in bitset encoding', () => {
  test('of the current layout grants exactly the places it holds', () => {
    expect(read(`BBBBB0BBBBB1.${body(0, 3)}`)).toEqual({ layout: 'current', names: ['a', 'constructor'] });
  });
  test('that names fewer generations is older and grants what it holds', () => {
    expect(read(`BBBBB0.${body(1)}`)).toEqual({ layout: 'older', names: ['b'] });
  });
  test('of an earlier lineage is older and is read with that lineage', () => {
    expect(read(`AAAAA0.${body(3)}`)).toEqual({ layout: 'older', names: ['constructor'] });
  });
  test('that names more generations is newer and grants nothing of those', () => {
    expect(read(`BBBBB0BBBBB1CCCCC2.${body(4, 5, 900)}`)).toEqual({ layout: 'newer', names: ['d'] });
  });
  test('that differs in a generation is forked and grants the shared generations alone', () => {
    expect(read(`BBBBB0XXXXX1.${body(0, 3, 4)}`)).toEqual({ layout: 'forked', names: ['a'] });
    expect(read(`BBBBB0XXXXX1BBBBB1.${body(0, 3, 4)}`)).toEqual({ layout: 'forked', names: ['a'] });
  });
  test('that holds a withdrawn name does not grant it', () => {
    expect(read(`BBBBB0.${body(0, 2)}`)).toEqual({ layout: 'older', names: ['a'] });
  });
  test('that holds a place past its own generations is refused', () => {
    expect(() => read(`BBBBB0BBBBB1.${body(5)}`)).toThrow(
      expect.objectContaining({ code: 'claim_malformed' }),
    );
    expect(() => read(`BBBBB0.${body(3)}`)).toThrow(expect.objectContaining({ code: 'claim_malformed' }));
  });
  test('of an unknown first generation is refused as an unknown layout', () => {
    expect(() => read('BBBBB1.A')).toThrow(expect.objectContaining({ code: 'layout_unknown', status: 401 }));
    expect(() => read('__prot.A')).toThrow(expect.objectContaining({ code: 'layout_unknown' }));
  });
  test.each([
    '',
    '.',
    '.A',
    'A',
    'BBBBB0',
    'BBBBB.A',
    'BBBBB0B.A',
    'BBBB 0.A',
    'BBBBB0..A',
    'BBBBB0.',
    'BBBBB0BBBB\n1.A',
  ])('that is not ids, dot, body is malformed: %j', (text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'claim_malformed' }));
  });
});

describe('a claim in names encoding', () => {
  test('grants its names', () => {
    expect(read(['a', 'constructor'])).toEqual({ layout: 'current', names: ['a', 'constructor'] });
    expect(read([])).toEqual({ layout: 'current', names: [] });
  });
  test('with an unknown name is newer and does not grant it', () => {
    expect(read(['__proto__', 'a', 'toString'])).toEqual({ layout: 'newer', names: ['a'] });
  });
  test('with a withdrawn name is current and does not grant it', () => {
    expect(read(['gone'])).toEqual({ layout: 'current', names: [] });
  });
  test.each([[['b', 'a']], [['a', 'a']], [['a', 1]], [[['a']]], [[null]]])(
    'out of order or of other values is malformed: %j',
    (value) => {
      expect(() => read(value)).toThrow(expect.objectContaining({ code: 'claim_malformed' }));
    },
  );
});

test('the marker of permissions that did not fit is an error of its own', () => {
  expect(() => read('!overflow')).toThrow(expect.objectContaining({ code: 'claim_overflow', status: 403 }));
});

test('an absent claim grants nothing, any other value is malformed', () => {
  expect(read(undefined)).toEqual({ layout: 'absent', names: [] });
  for (const value of [null, 0, true, {}, { length: 0 }]) {
    expect(() => read(value)).toThrow(expect.objectContaining({ code: 'claim_malformed' }));
  }
});
