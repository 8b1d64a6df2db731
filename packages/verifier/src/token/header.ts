// The JOSE header of a token (RFC 7515, section 4): what is used of it, and what it may not say.
import type { Algorithm } from '../algorithms.ts';
import { VerifierError } from '../errors.ts';
import { own } from '../own-property.ts';
import { malformedToken } from './compact.ts';
import { parseStrictJson } from './strict-json.ts';

/** What is used of a token's header. */
export interface TokenHeader {
  readonly alg: Algorithm;
  readonly kid: string | undefined;
}

/** Whether a token must name its type. */
export type Typ = 'required' | 'optional';

/** What a header is held against. */
export interface HeaderExpectations {
  readonly algorithms: readonly Algorithm[];
  readonly typ: Typ;
}

/**
 * Keys and pointers to keys that the sender chose; crit and b64 change what is verified (RFC 7515 4.1.11, RFC
 * 7797).
 */
const REFUSED = ['crit', 'b64', 'jwk', 'jku', 'x5u', 'x5c'];

/**
 * JWT, or at+jwt by the profile of RFC 9068 (section 4), which also writes application/at+jwt: media types
 * are compared without regard to case, and `application/` may be left out (RFC 7515, section 4.1.9).
 */
const TYPE = /^(?:application\/)?(?:at\+)?jwt$/i;

/** Throws `token_malformed`, `header_refused` and `algorithm_refused`. */
export function readHeader(text: string, { algorithms, typ }: HeaderExpectations): TokenHeader {
  const header = parseStrictJson(text)?.value;
  if (header === undefined)
    throw malformedToken('The token header must be a JSON object without duplicate names');
  const alg = own(header, 'alg');
  const algorithm = algorithms.find((accepted) => accepted === alg);
  if (algorithm === undefined) {
    throw new VerifierError('algorithm_refused', '"alg" header parameter is not an accepted algorithm');
  }
  // RFC 8725, section 3.11: an ID token for logout, say, has another type.
  const type = own(header, 'typ');
  const named = typeof type === 'string' && TYPE.test(type);
  if (!named && (typ === 'required' || Object.hasOwn(header, 'typ'))) {
    throw new VerifierError('header_refused', '"typ" header parameter must be "JWT" or "at+jwt"');
  }
  if (REFUSED.some((name) => Object.hasOwn(header, name))) {
    throw new VerifierError(
      'header_refused',
      `The token header must not contain ${REFUSED.map((name) => `"${name}"`).join(', ')}`,
    );
  }
  const kid = own(header, 'kid');
  if (kid !== undefined && (typeof kid !== 'string' || kid === '')) {
    throw new VerifierError('header_refused', '"kid" header parameter must be a string that is not empty');
  }
  return { alg: algorithm, kid };
}
