// How old a token may be for what is asked of it.
import type { Access } from './access.ts';
import { internalsOf } from './access.ts';
import { VerifierError } from './errors.ts';
import { fail } from './require-permission.ts';
import { staleError } from './stale.ts';

/** A requirement that the token was issued no longer ago than `maxAge` seconds, give or take the clock tolerance. */
export interface TokenAge {
  /** Seconds, at least 30: a token that has just been issued must pass. */
  readonly maxAge: number;
}

/** Throws a TypeError for what can be no age. */
export function checkTokenAge(requirement: TokenAge): TokenAge {
  const { maxAge } = requirement;
  // A string would be put before the clock tolerance, in place of the sum of both.
  const isAge = typeof maxAge === 'number' && maxAge >= 30 && maxAge <= 31_536_000;
  if (Object.keys(requirement).join() !== 'maxAge' || !isAge) {
    throw new TypeError(
      'the permission to require must be a string, and the age {maxAge: seconds}, at least 30',
    );
  }
  return { maxAge };
}

/** Throws `token_stale` (401) for an older token, and `time_refused` (401) for one that does not say when it was issued. */
export function requireTokenAge(access: Access, { maxAge }: TokenAge): void {
  const { now, clockTolerance } = internalsOf(access)?.source ?? SYSTEM_CLOCK;
  const { iat } = access.claims;
  if (iat === undefined) {
    fail(access, new VerifierError('time_refused', '"iat" claim is required, to know how old the token is'));
  }
  // Written so that a clock that fails (NaN) lets nobody pass.
  if (now() - iat <= maxAge + clockTolerance) return;
  fail(access, staleError({ kind: 'stale', wait: 0, cause: undefined }));
}

const SYSTEM_CLOCK = { now: () => Date.now() / 1000, clockTolerance: 0 };
