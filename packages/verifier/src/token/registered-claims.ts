// The registered claims of a token (RFC 7519, section 4.1), held against what the verifier expects.
import { VerifierError } from '../errors.ts';
import { own } from '../own-property.ts';

/**
 * What to do with tokens that are bound to a key or certificate of the client: refuse them, leave the proof to a
 * gateway, verify it, or verify it and refuse tokens that are not bound.
 */
export type SenderConstrained = 'refuse' | 'accept' | 'verify' | 'require';

/** What the registered claims (RFC 7519, section 4.1) are held against. */
export interface ClaimExpectations {
  readonly issuer: string;
  readonly audience: string;
  readonly clockTolerance: number;
  readonly senderConstrained: SenderConstrained;
}

/** The times of a token, in seconds since 1970; 0 for those that it doesn't have. */
export interface TokenTimes {
  readonly exp: number;
  readonly nbf: number;
  readonly iat: number;
}

/** Between which times, in seconds since 1970 and with the tolerance in them, a token is valid. */
export interface Validity {
  readonly from: number;
  readonly until: number;
}

/** The last second of the year 9999: a later time is one in milliseconds. */
const LAST_SECOND = 253_402_300_799;

/** Checks that the claims are AccessClaims, and everything but the present time; see `checkValidity`. */
export function checkClaims(
  claims: Readonly<Record<string, unknown>>,
  expected: ClaimExpectations,
): TokenTimes {
  if (own(claims, 'iss') !== expected.issuer) {
    throw new VerifierError(
      'issuer_refused',
      'unexpected "iss" claim value: it must equal the issuer option in every character (Auth0 ends it with a slash)',
    );
  }
  if (!includesAudience(own(claims, 'aud'), expected.audience)) {
    throw new VerifierError(
      'audience_refused',
      'unexpected "aud" claim value: it must be, or contain, the audience',
    );
  }
  const sub = own(claims, 'sub');
  if (typeof sub !== 'string' || sub === '') {
    throw new VerifierError('subject_refused', '"sub" claim must be a string that is not empty');
  }
  // RFC 9449, section 7.2, and RFC 8705, section 3: without the proof, whoever stole the token could use it.
  if (Object.hasOwn(claims, 'cnf') && expected.senderConstrained === 'refuse') {
    throw new VerifierError(
      'token_sender_constrained',
      'the token is bound to its sender ("cnf" claim), whose proof is not verified here',
    );
  }
  return readTimes(own(claims, 'exp'), own(claims, 'nbf'), own(claims, 'iat'));
}

function readTimes(exp: unknown, nbf: unknown = 0, iat: unknown = 0): TokenTimes {
  if (!isTime(exp)) throw badTime('"exp" claim must be a number of seconds since 1970');
  if (!isTime(nbf)) throw badTime('"nbf" claim must be a number of seconds since 1970');
  // Whoever asks how old a token is relies on iat.
  if (!isTime(iat)) throw badTime('"iat" claim must be a number of seconds since 1970');
  return { exp, nbf, iat };
}

function includesAudience(aud: unknown, audience: string): boolean {
  if (!Array.isArray(aud)) return aud === audience;
  let included = false;
  // By index: the methods of frozen arrays take several times as long.
  for (let i = 0; i < aud.length; i += 1) {
    if (typeof aud[i] !== 'string') return false;
    included ||= aud[i] === audience;
  }
  return included;
}

/** JSON can spell numbers that are infinite here, such as 1e400. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= LAST_SECOND;
}

export function validityOf({ exp, nbf, iat }: TokenTimes, clockTolerance: number): Validity {
  return { from: Math.max(nbf, iat) - clockTolerance, until: exp + clockTolerance };
}

/** Written so that a clock that fails (NaN) makes no token valid. */
export function isValidAt({ from, until }: Validity, now: number): boolean {
  return now >= from && now < until;
}

/** Throws `token_expired`, `token_not_yet_valid` and, for an iat in the future, `time_refused`. */
export function checkValidity({ exp, nbf, iat }: TokenTimes, clockTolerance: number, now: number): void {
  if (!(now < exp + clockTolerance))
    throw new VerifierError('token_expired', '"exp" claim timestamp check failed: the token has expired');
  if (!(now >= nbf - clockTolerance)) {
    throw new VerifierError(
      'token_not_yet_valid',
      '"nbf" claim timestamp check failed: the token is not valid yet',
    );
  }
  if (!(now >= iat - clockTolerance))
    throw badTime('"iat" claim timestamp check failed: the token was issued in the future');
}

function badTime(message: string): VerifierError {
  return new VerifierError('time_refused', message);
}
