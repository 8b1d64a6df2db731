import { base64url, compactVerify, errors } from 'jose';
import type { Platform } from './platform.ts';
import { decodeUtf8 } from './utf8.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

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
  if (!/^[\w-]*$/.test(encoded)) return undefined;
  const rest = encoded.length % 4;
  if (rest === 1) return undefined;
  // 2 characters carry 8 of 12 bits, 3 characters 16 of 18: the others must be zero.
  const spare = rest === 2 ? 15 : rest === 3 ? 3 : 0;
  if ((ALPHABET.indexOf(encoded.at(-1) ?? 'A') & spare) !== 0) return undefined;
  return base64url.decode(encoded);
}
