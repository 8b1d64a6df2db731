// What runtimes do differently fast. docs/decisions/signatures-on-node.md

import type { Algorithm } from '../algorithms.ts';
import type { CompactToken } from '../token/compact.ts';
import type { CryptoKey } from './crypto-key.ts';

/**
 * Whether the key made the token's signature. `signature` is the token's, decoded, as long as the key's
 * signatures are. Throws or rejects where the crypto library fails in place of answering.
 */
export type SignatureCheck = (token: CompactToken, signature: Uint8Array) => boolean | Promise<boolean>;

export interface Platform {
  /**
   * Undefined where `encoded`, a part of a CompactToken, is not the one canonical spelling of its bytes (RFC
   * 4648, section 3.5). The bytes are those of the caller until the next call.
   */
  decodeBytes(encoded: string): Uint8Array | undefined;
  /**
   * The string whose UTF-8 bytes are encoded; undefined also where the bytes are not valid UTF-8.
   */
  decodeText(encoded: string): string | undefined;
  /** `key` is a public key for the algorithm. */
  prepareCheck(key: CryptoKey, algorithm: Algorithm): SignatureCheck;
}
