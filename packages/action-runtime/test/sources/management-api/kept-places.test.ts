import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBody } from '../../../src/encode-body.ts';
import { KeptPlaces } from '../../../src/sources/management-api/kept-places.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 500);

/** A cache of one trigger. */
function cacheOf(entries: Map<string, string>) {
  return {
    get: (key: string) => {
      const value = entries.get(key);
      return value === undefined ? undefined : { value, expires_at: 0 };
    },
    set: (key: string, value: string) => {
      entries.set(key, value);
      return { type: 'success' };
    },
    delete: (key: string) => entries.delete(key),
  };
}

const sets = fc
  .record({
    size: fc.integer({ min: 1, max: 3_000 }),
    picks: fc.array(fc.nat(), { maxLength: 300 }),
    run: fc.nat(200),
  })
  .map(({ size, picks, run }) => {
    const places = new Set(picks.map((pick) => pick % size));
    for (const place of [...places].slice(0, 3)) {
      for (let next = place; next < Math.min(size, place + run); next++) places.add(next);
    }
    return { size, places: [...places].sort((a, b) => a - b) };
  });

describe('what a user holds', () => {
  it('comes back from the cache as it was written, in every mode', () => {
    const modes = new Set<number>();
    fc.assert(
      fc.property(sets, ({ size, places }) => {
        const kept = new KeptPlaces(cacheOf(new Map()), 'key');
        kept.write(places, 60);
        expect(kept.read(size)).toEqual(places);
        modes.add(
          'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(
            encodeBody(places)[0] ?? '',
          ) >> 4,
        );
      }),
      { numRuns: Math.max(runs, 300) },
    );
    expect([...modes].sort()).toEqual([0, 1, 2]);
  });

  it('is not there where nothing, or something else, was written', () => {
    expect(new KeptPlaces(cacheOf(new Map()), 'key').read(10)).toBeUndefined();
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\w-]{1,30}$/)), (text) => {
        const places = new KeptPlaces(cacheOf(new Map([['key', text]])), 'key').read(200);
        if (places !== undefined) expect(encodeBody(places)).toBe(text);
      }),
      { numRuns: runs },
    );
  });
});
