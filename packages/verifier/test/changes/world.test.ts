import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Design, loadDesign, mutate, removeMutants } from './design.ts';
import { play } from './world.ts';

const runs = Number(process.env['CLAIMGEN_HISTORIES'] ?? 500);

// A history takes a millisecond, a long run of a million the better part of an hour on a busy machine.
vi.setConfig({ testTimeout: Math.max(900_000, runs * 5) });

afterAll(removeMutants);

/** The first history of which an answer is wrong. */
function firstFault(design: Design, histories: number): string | undefined {
  for (let seed = 1; seed <= histories; seed += 1) {
    try {
      play(design, seed);
    } catch (error) {
      return `history ${seed}: ${(error as Error).message}`;
    }
  }
  return undefined;
}

describe('in a world of logins in flight, wrong clocks, cut feeds, restarts and lost logs', () => {
  it('F1, F5, F9, F10: nothing revoked is used after the bound, and everybody gets a final answer', async () => {
    expect(firstFault(await loadDesign(), runs)).toBeUndefined();
  });

  it.each([
    ['no guard', 'judge.js', 'return asOf <= at + guard', 'return asOf <= at'],
    ['min for max', 'mark.js', 'a.at > b.at ? a : b', 'a.at > b.at ? b : a'],
    ['gains forgotten', 'judge.js', 'held ? lost : gained', 'held ? lost : undefined'],
    ['sub without org', 'scopes.js', 'org === undefined || org === token.org', 'org === undefined'],
    [
      'out without guard',
      'judge.js',
      'counts(this.#token.asOf, out.at, this.#guard)',
      'counts(this.#token.asOf, out.at, 0)',
    ],
    ['no Retry-After', 'judge.js', 'Math.max(0, until - now + precision + tolerance)', '0'],
    [
      'horizon without tolerance',
      'judge.js',
      'counts(this.#token.asOf, horizon, this.#guard)',
      'this.#token.asOf < horizon - this.#guard',
    ],
    ['judged once', 'judge.js', 'this.#version !== this.#table.version.number', 'this.#version < 0'],
    [
      'a snapshot is passed over by who has one',
      'feed-state.js',
      'this.#table.apply(frame.records',
      "if (frame.from !== '' || this.#position === undefined) this.#table.apply(frame.records",
    ],
    [
      'nobody waits for a feed',
      'policy.js',
      "feed.status === 'starting' || feed.lag === undefined || policy === 'deny'",
      'false',
    ],
    [
      'the time of a token is believed',
      'as-of.js',
      'Math.min(written.at, second + SECOND - 1)',
      'written.at + 3_600_000',
    ],
    [
      'every Action is taken for one that reads all itself',
      'as-of.js',
      'written.isReadByAction ? GUARDS.action : GUARDS.event',
      'GUARDS.action',
    ],
    [
      'the time of issue is taken for the time of reading',
      'as-of.js',
      'guard: GUARDS.event, precision: SECOND',
      'guard: GUARDS.action, precision: SECOND',
    ],
  ])('and the same fails for a design with this difference: %s', async (_, file, from, to) => {
    expect(firstFault(await mutate(file, from, to), 3000)).toBeDefined();
  });
});
