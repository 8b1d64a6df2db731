// The time that a token speaks of.

/** Milliseconds that `iat` is rounded down by: tokens have whole seconds. */
export const SECOND = 1000;

/**
 * Milliseconds since 1970 at which a token's permissions were read. `iat`: seconds, of the token; `written`: what the Action
 * wrote into the claim, ms since 1970, or undefined. Nothing after the token was issued is believed.
 */
export function asOfToken(iat: number, written?: number): number {
  const second = Math.floor(iat) * SECOND;
  return written === undefined ? second : Math.min(written, second + SECOND - 1);
}
