// What createVerifier makes.
import type { Access } from './access.ts';

export interface Verifier<P extends string = string> {
  /**
   * Verifies an access token, without the `Bearer ` before it. Rejects with a VerifierError; with another
   * error only where the `clock` that it was given throws one.
   */
  verify(token: string): Promise<Access<P>>;
  /** Gets the key set before the first token comes. Rejects with `key_set_unavailable`. */
  prefetch(): Promise<void>;
}
