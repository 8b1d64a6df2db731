import type { Algorithm } from '../algorithms.ts';
import type { Platform } from './platform.ts';
import { decodeUtf8 } from './utf8.ts';

/** Bytes; a token of the longest length that is accepted by default fits. */
const SCRATCH = 16_384;

/** Synchronous node:crypto: a third of WebCrypto's time and no trip through the thread pool. */
export function nodePlatform(): Platform | undefined {
  // Not an import, so that bundlers and other runtimes find nothing to resolve.
  const builtin = globalThis.process?.getBuiltinModule;
  if (builtin === undefined) return undefined;
  const { Buffer } = builtin('node:buffer');
  const crypto = builtin('node:crypto');
  // One piece of memory for all tokens: buffers of their own weigh on the garbage collector. No call leaves anything
  // of use behind, so that whatever comes between two of them may overwrite it.
  let scratch = Buffer.allocUnsafeSlow(SCRATCH);
  const fillScratch = (text: string, encoding: 'base64url' | 'latin1'): number => {
    if (scratch.length < text.length) scratch = Buffer.allocUnsafeSlow(text.length);
    return scratch.write(text, encoding);
  };
  return {
    // Buffer skips what it doesn't know; only the canonical spelling comes back the same.
    decodeBytes(encoded) {
      const bytes = Buffer.from(encoded, 'base64url');
      return bytes.toString('base64url') === encoded ? bytes : undefined;
    },
    decodeText(encoded) {
      const length = fillScratch(encoded, 'base64url');
      if (scratch.toString('base64url', 0, length) !== encoded) return undefined;
      return decodeUtf8(scratch.subarray(0, length));
    },
    prepareCheck(key, algorithm) {
      const keyObject = crypto.KeyObject.from(key as unknown as Parameters<typeof crypto.KeyObject.from>[0]);
      const digest = algorithm.startsWith('Ed') ? null : `sha${algorithm.slice(-3)}`;
      const options = signatureOptions(algorithm, crypto.constants);
      // Given within an object, the key costs half as much again as the signature on Node 24.
      const keyOrOptions = options === undefined ? keyObject : { key: keyObject, ...options };
      return ({ text, signedLength }, signature) => {
        fillScratch(text, 'latin1');
        return crypto.verify(digest, scratch.subarray(0, signedLength), keyOrOptions, signature);
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
