// base64url as it must be spelt: RFC 4648, sections 3.5 and 5.
/** RFC 4648, section 5: the character of each six bits. */
export const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * Whether a string of base64url characters has a length that an encoder gives, and zeros in its spare bits (RFC
 * 4648, section 3.5).
 */
export function endsCanonically(encoded: string): boolean {
  const rest = encoded.length % 4;
  if (rest === 0) return true;
  if (rest === 1) return false;
  // 2 characters carry 8 of 12 bits, 3 characters 16 of 18.
  const spare = rest === 2 ? 15 : 3;
  return (ALPHABET.indexOf(encoded.charAt(encoded.length - 1)) & spare) === 0;
}
