import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { loadDesign, MUTANTS, mutate, removeMutants } from './design.ts';
import { PROPERTIES } from './properties.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 1000);
const real = await loadDesign();

afterAll(removeMutants);

describe('changes', () => {
  it('F1, F2, F3: are joined: in any order, repeated and in any batches they say what all of them say', () => {
    fc.assert(PROPERTIES.joins(real), { numRuns: runs });
  });

  it('F11: mean the same to verifiers of any two layouts', () => {
    fc.assert(PROPERTIES.meansTheSame(real), { numRuns: runs });
  });

  it('F4, F6: only ever make more stale, whatever is forgotten', () => {
    fc.assert(PROPERTIES.onlyGrowsStale(real), { numRuns: runs });
  });

  it('F5: are over after one wait and one refresh', () => {
    fc.assert(PROPERTIES.retriesOnce(real), { numRuns: runs });
  });

  it('F8, F9: have all been read while a feed is live, up to its staleness', () => {
    fc.assert(PROPERTIES.follows(real), { numRuns: runs });
  });

  it('F13: say as much or more when a part of a record is unreadable', () => {
    fc.assert(PROPERTIES.widens(real), { numRuns: runs });
  });

  it.each(MUTANTS)(
    'would be told from a design with this difference: %s',
    async (_, property, file, from, to) => {
      const mutant = await mutate(file, from, to);
      const { failed } = await fc.check(PROPERTIES[property](mutant), {
        numRuns: 20_000,
        endOnFailure: true,
      });
      expect(failed).toBe(true);
    },
  );
});
