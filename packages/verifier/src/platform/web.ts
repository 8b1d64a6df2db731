import { base64url, compactVerify, errors } from 'jose';
import { endsCanonically } from '../base64url.ts';
import type { Platform } from './platform.ts';
import { decodeUtf8 } from './utf8.ts';

/** WebCrypto, by way of jose. */
export const webPlatform: Platform = {
  decodeBytes,
  decodeText(encoded) {
    const bytes = decodeBytes(encoded);
    return bytes && decodeUtf8(bytes);
  },
  prepareCheck(key, algorithm) {
    return async ({ text }) => {
      try {
        await compactVerify(text, key, { algorithms: [algorithm] });
        return true;
      } catch (error) {
        if (error instanceof errors.JOSEError) return false;
        throw error;
      }
    };
  },
};

function decodeBytes(encoded: string): Uint8Array | undefined {
  return /^[\w-]*$/.test(encoded) && endsCanonically(encoded) ? base64url.decode(encoded) : undefined;
}
