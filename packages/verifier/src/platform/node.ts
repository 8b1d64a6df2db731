import type { Algorithm } from '../algorithms.ts';
import type { Platform } from './platform.ts';

/** Synchronous node:crypto: a third of WebCrypto's time and no trip through the thread pool. */
export function nodePlatform(): Platform | undefined {
  // Not an import, so that bundlers and other runtimes find nothing to resolve.
  const builtin = globalThis.process?.getBuiltinModule;
  if (builtin === undefined) return undefined;
  const { Buffer } = builtin('node:buffer');
  const crypto = builtin('node:crypto');
  return {
    decodeBase64url(text) {
      // Buffer skips what it doesn't know; only the canonical spelling comes back the same.
      const bytes = Buffer.from(text, 'base64url');
      return bytes.toString('base64url') === text ? bytes : undefined;
    },
    prepareCheck(key, algorithm) {
      const keyObject = crypto.KeyObject.from(key as unknown as Parameters<typeof crypto.KeyObject.from>[0]);
      const digest = algorithm.startsWith('Ed') ? null : `sha${algorithm.slice(-3)}`;
      const options = signatureOptions(algorithm, crypto.constants);
      // Given within an object, the key costs half as much again as the signature on Node 24.
      const keyOrOptions = options === undefined ? keyObject : { key: keyObject, ...options };
      return ({ text, signedLength }, signature) => {
        const signed = Buffer.from(text.slice(0, signedLength), 'latin1');
        return crypto.verify(digest, signed, keyOrOptions, signature);
      };
    },
  };
}

/** RFC 7518, sections 3.4 (R and S side by side) and 3.5 (a salt as long as the digest). */
function signatureOptions(
  algorithm: Algorithm,
  constants: { readonly RSA_PKCS1_PSS_PADDING: number },
): { padding?: number; saltLength?: number; dsaEncoding?: 'ieee-p1363' } | undefined {
  if (algorithm.startsWith('PS')) {
    return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: Number(algorithm.slice(-3)) / 8 };
  }
  return algorithm.startsWith('ES') ? { dsaEncoding: 'ieee-p1363' } : undefined;
}
