import { describe, expect, it } from 'vitest';
import { OVERFLOW_MARKER, setCapped } from '../src/capped-claim.ts';
import type { ClaimCap } from '../src/tables.ts';
import { audienceOf, readLog, recordApi } from './recorded-login.ts';

/** What is done with a value that may have this many bytes. */
function setWith(onOverflow: ClaimCap['onOverflow'], bytes: number, value: unknown): unknown[] {
  const { api, done } = recordApi();
  setCapped(audienceOf().table, { bytes, onOverflow }, api, value);
  return done;
}

describe('a claim with a cap', () => {
  it('is set where it has as many bytes as there are, quotes and brackets included', () => {
    const log = readLog();
    expect(setWith('deny', 8, ['read'])).toEqual([['claim', 'pz', ['read']]]);
    expect(setWith('deny', 13, 'AAAAAA.Agg4')).toEqual([['claim', 'pz', 'AAAAAA.Agg4']]);
    expect(log).toEqual([]);
  });

  it('is measured in the bytes of UTF-8, not in characters', () => {
    readLog();
    const value = ['é€😀'];
    expect(setWith('omit', 13, value)).toEqual([['claim', 'pz', value]]);
    expect(setWith('omit', 12, value)).toEqual([['claim', 'pz', []]]);
  });

  it.each([
    ['deny', ['deny', 'Your permissions do not fit into an access token.']],
    ['omit', ['claim', 'pz', []]],
    ['marker', ['claim', 'pz', '!overflow']],
  ] as const)(
    'that is larger is not set but what onOverflow: %s says, with a line in the log',
    (onOverflow, expected) => {
      const log = readLog();
      expect(setWith(onOverflow, 7, ['read'])).toEqual([expected]);
      expect(log).toEqual([
        `claimgen: orders: the claim has 8 bytes, and 7 are left in the budget (${onOverflow})`,
      ]);
    },
  );

  it('that does not fit is told from a list and from a bitset by its marker', () => {
    expect(OVERFLOW_MARKER).toBe('!overflow');
  });
});
