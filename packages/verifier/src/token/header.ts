import type { Algorithm } from '../algorithms.ts';
import { VerifierError } from '../errors.ts';
import { malformedToken } from './compact.ts';
import { parseStrictJson } from './strict-json.ts';

/** What is used of a token's header (RFC 7515, section 4.1). */
export interface TokenHeader {
  readonly alg: Algorithm;
  readonly kid: string | undefined;
}

/** Keys and pointers to keys that the sender chose; crit and b64 change what is verified (RFC 7515 4.1.11, RFC 7797). */
const REFUSED = ['crit', 'b64', 'jwk', 'jku', 'x5u', 'x5c'];

/** Throws `token_malformed`, `header_refused` and `algorithm_refused`. */
export function readHeader(text: string, algorithms: readonly Algorithm[]): TokenHeader {
  const header = parseStrictJson(text);
  if (header === undefined) throw malformedToken('The header of the token is not strict JSON');
  const algorithm = algorithms.find((accepted) => accepted === header['alg']);
  if (algorithm === undefined) {
    throw new VerifierError('algorithm_refused', 'The algorithm of the token is not accepted');
  }
  // RFC 8725, section 3.11. Auth0 writes JWT, or at+jwt (RFC 9068) by the profile of the API; an ID token for logout has another.
  if (header['typ'] !== 'JWT' && header['typ'] !== 'at+jwt') {
    throw new VerifierError('header_refused', 'The token does not say that it is of type JWT or at+jwt');
  }
  if (REFUSED.some((name) => Object.hasOwn(header, name))) {
    throw new VerifierError(
      'header_refused',
      'The header of the token holds a parameter that is not accepted',
    );
  }
  const kid = header['kid'];
  if (kid !== undefined && (typeof kid !== 'string' || kid === '')) {
    throw new VerifierError('header_refused', 'The kid of the token is not a text');
  }
  return { alg: algorithm, kid };
}
