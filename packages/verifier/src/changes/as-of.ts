// The time that a token speaks of.
import type { WrittenAsOf } from '../claim/as-of.ts';
import { GUARDS } from './guard.ts';

/** Milliseconds that `iat` is rounded down by: tokens have whole seconds. */
const SECOND = 1000;
/** Milliseconds that a written time is rounded down by at most: two units of 1/16 s. */
const UNITS = 125;

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
  if (written === undefined) return { at: second, guard: GUARDS.event, precision: SECOND };
  return {
    at: Math.min(written.at, second + SECOND - 1),
    guard: written.isReadByAction ? GUARDS.action : GUARDS.event,
    precision: UNITS,
  };
}
