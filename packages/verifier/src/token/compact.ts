// A token as it comes, taken apart without any work on its parts.
import { VerifierError } from '../errors.ts';

/**
 * A JWS in compact serialization (RFC 7515, section 7.1), split but not decoded. What its parts hold that is
 * not base64url is nothing that decoders take for it.
 */
export interface CompactToken {
  readonly text: string;
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
  /** `text` up to here, exclusive, is what was signed. */
  readonly signedLength: number;
}

/** Characters of base64url for 1,024 bytes: every issuer's header has a fraction of it. */
const LONGEST_HEADER = Math.ceil((1024 * 4) / 3);

/** Characters that Node's decoder confuses with those of the same low 8 bits. */
const BEYOND_LATIN_1 = /[\u0100-\uffff]/;

/** Throws `token_too_long` and `token_malformed` before any work is done on the text. */
export function splitToken(text: string, maxLength: number): CompactToken {
  if (typeof text !== 'string') throw malformedToken('The token must be a string');
  if (text.length > maxLength)
    throw new VerifierError('token_too_long', 'The token is longer than maxTokenLength');
  if (/^bearer /i.test(text)) throw malformedToken('The token must be passed without "Bearer " before it');
  const first = text.indexOf('.');
  const second = text.indexOf('.', first + 1);
  // Five parts are an encrypted token (RFC 7516), which an API can't read.
  if (first < 0 || second < 0 || text.includes('.', second + 1)) {
    throw malformedToken('The token must have three parts, separated by dots');
  }
  if (first > LONGEST_HEADER) throw malformedToken('The token header must have at most 1,024 bytes');
  // Node's decoder accepts plain base64, too.
  if (text.includes('+') || text.includes('/') || BEYOND_LATIN_1.test(text)) {
    throw malformedToken('The token must be base64url');
  }
  return {
    text,
    header: text.slice(0, first),
    payload: text.slice(first + 1, second),
    signature: text.slice(second + 1),
    signedLength: second,
  };
}

export function malformedToken(message: string): VerifierError {
  return new VerifierError('token_malformed', message);
}
