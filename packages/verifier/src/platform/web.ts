import { base64url, compactVerify, errors } from 'jose';
import type { Platform } from './platform.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** WebCrypto, by way of jose. */
export const webPlatform: Platform = {
  decodeBase64url(text) {
    if (!/^[\w-]*$/.test(text)) return undefined;
    const rest = text.length % 4;
    if (rest === 1) return undefined;
    // 2 characters carry 8 of 12 bits, 3 characters 16 of 18: the others must be zero.
    const spare = rest === 2 ? 15 : rest === 3 ? 3 : 0;
    if ((ALPHABET.indexOf(text.at(-1) ?? 'A') & spare) !== 0) return undefined;
    return base64url.decode(text);
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
