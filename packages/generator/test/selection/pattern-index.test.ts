import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compilePatterns } from '../../src/selection/pattern.ts';
import { PatternIndex } from '../../src/selection/pattern-index.ts';
import { audienceOf } from './audience.ts';

const numRuns = Number(process.env['CLAIMGEN_RUNS'] ?? 300);
const name = fc.stringMatching(/^[ab:]{1,4}$/);

it('finds the patterns that match, as trying each of them does', () => {
  fc.assert(
    fc.property(
      fc.record({
        prefixes: fc.uniqueArray(name),
        exact: fc.uniqueArray(name),
        globs: fc.uniqueArray(
          fc.oneof(
            name,
            name.map((text) => `${text}*`),
            name.map((text) => `!*${text}`),
          ),
        ),
      }),
      fc.array(name),
      (selection, names) => {
        const patterns = compilePatterns(
          audienceOf({ ...selection, exact: ['a', ...selection.exact.filter((text) => text !== 'a')] }),
        );
        const index = new PatternIndex(patterns);
        for (const each of names) {
          expect(index.matching(each, undefined)).toEqual(
            patterns.flatMap((pattern, number) => (pattern.matches(each, undefined) ? [number] : [])),
          );
        }
      },
    ),
    { numRuns },
  );
});
