// Integers as JSON Web Keys hold them.

/** The bytes as one unsigned integer, the first byte the highest; 0 for none. */
export function bigEndian(bytes: Uint8Array): bigint {
  let hex = '0x0';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return BigInt(hex);
}
