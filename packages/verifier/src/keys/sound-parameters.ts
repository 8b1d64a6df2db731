// Whether the numbers of a public key are such that only the holder of a private key can sign: neither
// degenerate nor small.
import { base64url } from 'jose';
import { bigEndian } from './big-endian.ts';
import { isOnCurve } from './curves.ts';
import { isSoundModulus } from './rsa-modulus.ts';

interface Parameters {
  readonly kty: string;
  readonly crv: string | undefined;
  readonly n: string | undefined;
  readonly e: string | undefined;
  readonly x: string | undefined;
  readonly y: string | undefined;
}

/** False for every key type but RSA, EC and OKP. */
export function hasSoundParameters({ kty, crv, n, e, x, y }: Parameters): boolean {
  if (kty === 'RSA') return isSoundModulus(toInteger(n), toInteger(e));
  if (kty !== 'EC' && kty !== 'OKP') return false;
  return isOnCurve(kty, crv, toBytes(x), toBytes(y));
}

/** Undefined for what is no base64url: jose skips white space and padding, and throws for a single character too many. */
function toBytes(encoded: string | undefined): Uint8Array | undefined {
  if (encoded === undefined || !/^[\w-]+$/.test(encoded) || encoded.length % 4 === 1) return undefined;
  return base64url.decode(encoded);
}

/** RFC 7518, section 2: Base64urlUInt. 0 for another text. */
export function toInteger(encoded: string | undefined): bigint {
  return bigEndian(toBytes(encoded) ?? new Uint8Array(1));
}
