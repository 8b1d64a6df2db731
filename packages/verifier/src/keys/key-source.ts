// Where the key of a token comes from.
import type { Platform } from '../platform/platform.ts';
import type { TokenHeader } from '../token/header.ts';
import type { VerificationKey } from './verification-key.ts';

export interface KeySource {
  /**
   * At once where the key is known and need not be asked for. Rejects with `key_unknown`,
   * `key_set_unavailable` and `crypto_failed`.
   */
  find(header: TokenHeader, platform: Platform): VerificationKey | Promise<VerificationKey>;
  /** Gets the key set before the first token comes. Rejects with `key_set_unavailable`. */
  prefetch(): Promise<void>;
}
