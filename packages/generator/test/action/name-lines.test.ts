import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expandNames } from '../../../action-runtime/src/expand-names.ts';
import { COLUMNS, NAMES_INDENT, nameLines } from '../../src/action/name-lines.ts';
import { toLiteral } from '../../src/render/literal.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 500);

const name = fc.oneof(
  fc
    .array(fc.constantFrom('a', 'b', 'read', 'orders', ':', '/', '.', '-'), { minLength: 1, maxLength: 9 })
    .map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => text.replaceAll(/\s/gu, '_')),
  fc.stringMatching(/^\S{90,280}$/),
  // A place whose permission the tenant lacks.
  fc.constant(''),
);

it('names come back from lines as they were, each at its place', () => {
  fc.assert(
    fc.property(fc.array(name, { maxLength: 80 }), (names) => {
      const lines = nameLines(names);
      expect(expandNames(lines)).toEqual(names);
      let place = 0;
      for (const [first, line] of Object.entries(lines)) {
        expect(Number(first)).toBe(place);
        place += line.split(' ').length - 1;
        const width = NAMES_INDENT + first.length + 2 + toLiteral(line).length + 1;
        if (line.split(' ').length > 2) expect(width).toBeLessThanOrEqual(COLUMNS);
      }
    }),
    { numRuns: runs },
  );
});

it('what names of a line begin with ends with a resource', () => {
  expect(nameLines(['orders:lines:add', 'orders:lines:adjust', 'reports:*', '', 'x'])).toEqual({
    0: 'orders:lines: add adjust',
    2: ' reports:*  x',
  });
});
