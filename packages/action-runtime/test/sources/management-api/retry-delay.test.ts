import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryDelay } from '../../../src/sources/management-api/retry-delay.ts';

const NOW = Date.UTC(2026, 0, 1);
const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 500);

function delay(status: number, headers: Record<string, string>, attempt = 0, random = 0) {
  const header = (name: string) => new Headers(headers).get(name);
  return retryDelay({ status, header }, attempt, NOW, random);
}

describe('the delay before another try', () => {
  it.each([
    ['seconds', 429, { 'retry-after': '3' }, 3_000],
    ['minutes', 503, { 'retry-after': '120' }, 120_000],
    ['a date', 503, { 'retry-after': new Date(NOW + 5_000).toUTCString() }, 5_000],
    ['a date that is past', 503, { 'retry-after': new Date(NOW - 5_000).toUTCString() }, 0],
    ['a reset', 429, { 'x-ratelimit-reset': String(NOW / 1_000 + 2) }, 2_000],
    ['a reset that is past', 429, { 'x-ratelimit-reset': '1' }, 0],
    ['Retry-After before the reset', 429, { 'retry-after': '1', 'x-ratelimit-reset': '9999999999' }, 1_000],
    [
      'the reset where Retry-After is none',
      429,
      { 'retry-after': 'soon', 'x-ratelimit-reset': String(NOW / 1_000 + 2) },
      2_000,
    ],
    // Of these Date.parse makes dates, most of them long past.
    ...['1e3', '3.5', '+3', '-5', 'soon 1', 'in 2 minutes', '2026-01-01T00:01:00Z'].map(
      (after): [string, number, Record<string, string>, number] => [
        `the reset where Retry-After is ${after}`,
        429,
        { 'retry-after': after, 'x-ratelimit-reset': String(NOW / 1_000 + 2) },
        2_000,
      ],
    ),
    ['nothing by a reset in another form', 429, { 'x-ratelimit-reset': '9e9' }, 0],
    ['nothing by a reset that is none', 429, { 'x-ratelimit-reset': '-' }, 0],
    ['no reset of a window that was not passed', 500, { 'x-ratelimit-reset': '9999999999' }, 0],
    ['nothing', 500, {}, 0],
  ])('is what the server asks for: %s', (_title, status, headers, expected) => {
    expect(delay(status, headers as Record<string, string>)).toBe(expected);
  });

  it.each([400, 401, 403, 404, 302, 501])('is none after %i, which another try does not change', (status) => {
    expect(delay(status, { 'retry-after': '1' })).toBeUndefined();
  });

  it('grows at random between nothing and the whole backoff, up to a second', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const backoff = Math.min(1_000, 100 * 2 ** attempt);
        expect(delay(0, {}, attempt, random)).toBeCloseTo(random * backoff, 6);
        expect(delay(429, { 'retry-after': '2' }, attempt, random)).toBeCloseTo(2_000 + random * backoff, 6);
      }),
      { numRuns: runs },
    );
  });
});
