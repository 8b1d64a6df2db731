// The time that a token speaks of.
import type { WrittenAsOf } from '../claim/as-of.ts';

/** Milliseconds that `iat` is rounded down by: tokens have whole seconds. */
const SECOND = 1000;
/** Milliseconds that a written time is rounded down by at most: two units of 1/16 s. */
const UNITS = 125;
/** Milliseconds between reading and the time that is known of it, where the Action reads all of it: its clock is not Auth0's. */
const CLOCKS = 1000;
/** The same where Auth0 reads for the event, or only the time of issue is known: slow Actions may run before ours. */
const ACTIONS = 20_000;

export interface AsOf {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Milliseconds by which permissions may have been read before `at`. */
  readonly guard: number;
  /** Milliseconds by which `at` may be before what it was taken of. */
  readonly precision: number;
}

/**
 * When a token's permissions were read. `iat`: seconds, of the token; `written`: what the Action wrote into the claim, if
 * anything. Nothing after the token was issued is believed.
 */
export function asOfToken(iat: number, written?: WrittenAsOf): AsOf {
  const second = Math.floor(iat) * SECOND;
  if (written === undefined) return { at: second, guard: ACTIONS, precision: SECOND };
  return {
    at: Math.min(written.at, second + SECOND - 1),
    guard: written.isReadByAction ? CLOCKS : ACTIONS,
    precision: UNITS,
  };
}
