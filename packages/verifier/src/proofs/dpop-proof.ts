// A proof of DPoP, taken apart: RFC 9449, section 4.2.
import type { Algorithm } from '../algorithms.ts';
import { VerifierError } from '../errors.ts';
import { own } from '../own-property.ts';
import type { Platform } from '../platform/platform.ts';
import type { CompactToken } from '../token/compact.ts';
import { parseStrictJson } from '../token/strict-json.ts';

/** Nothing of it is verified. */
export interface DpopProof {
  readonly compact: CompactToken;
  readonly alg: Algorithm;
  readonly jwk: unknown;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Characters: an RSA key of 16,384 bits and its signature fit in. */
const LONGEST = 8192;

const COMPACT = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/** Keys and pointers to keys beside `jwk`; crit and b64 change what is verified (RFC 7515, RFC 7797). */
const REFUSED = ['crit', 'b64', 'jku', 'x5u', 'x5c'];

/** A media type, compared as RFC 7515, section 4.1.9 says. */
const TYPE = /^(?:application\/)?dpop\+jwt$/i;

/** Throws `proof_refused`. */
export function readProof(text: unknown, algorithms: readonly Algorithm[], platform: Platform): DpopProof {
  const parts = typeof text === 'string' && text.length <= LONGEST ? COMPACT.exec(text) : null;
  if (parts === null)
    throw proofRefused('The DPoP header must be one JWT of three base64url parts, at most 8,192 characters');
  const [whole, first = '', payload = '', signature = ''] = parts;
  const compact = {
    text: whole,
    header: first,
    payload,
    signature,
    signedLength: first.length + 1 + payload.length,
  };
  const header = parsePart(compact.header, platform);
  const claims = parsePart(payload, platform);
  const type = own(header, 'typ');
  if (typeof type !== 'string' || !TYPE.test(type))
    throw proofRefused('"typ" header parameter of the DPoP proof must be "dpop+jwt"');
  const alg = algorithms.find((accepted) => accepted === own(header, 'alg'));
  if (alg === undefined)
    throw proofRefused(`"alg" header parameter of the DPoP proof must be one of ${algorithms.join(', ')}`);
  if (REFUSED.some((name) => Object.hasOwn(header, name))) {
    const names = REFUSED.map((name) => `"${name}"`).join(', ');
    throw proofRefused(`The header of the DPoP proof must not contain ${names}`);
  }
  return { compact, alg, jwk: own(header, 'jwk'), claims };
}

function parsePart(part: string, platform: Platform): Readonly<Record<string, unknown>> {
  const text = platform.decodeText(part);
  const json = text === undefined ? undefined : parseStrictJson(text);
  if (json === undefined)
    throw proofRefused(
      'The header and payload of the DPoP proof must be canonical base64url of JSON objects without duplicate names',
    );
  return json.value;
}

export function proofRefused(message: string): VerifierError {
  return new VerifierError('proof_refused', message);
}
