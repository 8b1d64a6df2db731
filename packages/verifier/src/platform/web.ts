// WebCrypto: what every runtime has.
import { base64url } from 'jose';
import type { Algorithm } from '../algorithms.ts';
import { endsCanonically } from '../base64url.ts';
import type { Platform } from './platform.ts';
import { decodeUtf8 } from './utf8.ts';

export const webPlatform: Platform = {
  decodeBytes,
  decodeText(encoded) {
    const bytes = decodeBytes(encoded);
    return bytes && decodeUtf8(bytes);
  },
  // Not jose's compactVerify: it reports every failure of the library as a wrong signature.
  prepareCheck(key, algorithm) {
    const parameters = verifyParameters(algorithm);
    return ({ text, signedLength }, signature) => {
      const signed = new TextEncoder().encode(text.slice(0, signedLength));
      return crypto.subtle.verify(parameters, key, signature, signed);
    };
  },
};

/** RFC 7518, sections 3.3 to 3.5 (a salt as long as the digest); RFC 8037, section 3.1. */
function verifyParameters(algorithm: Algorithm): { name: string; hash?: string; saltLength?: number } {
  const bits = algorithm.slice(-3);
  if (algorithm.startsWith('RS')) return { name: 'RSASSA-PKCS1-v1_5' };
  if (algorithm.startsWith('PS')) return { name: 'RSA-PSS', saltLength: Number(bits) / 8 };
  return algorithm.startsWith('ES') ? { name: 'ECDSA', hash: `SHA-${bits}` } : { name: 'Ed25519' };
}

function decodeBytes(encoded: string): Uint8Array | undefined {
  return /^[\w-]*$/.test(encoded) && endsCanonically(encoded) ? base64url.decode(encoded) : undefined;
}
