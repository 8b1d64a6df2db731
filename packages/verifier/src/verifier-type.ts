// What createVerifier makes.
import type { Access } from './access.ts';
import type { FreshnessReport } from './changes/freshness.ts';

export interface Verifier<P extends string = string> {
  /**
   * Verifies an access token, without the `Bearer ` before it. Rejects with a VerifierError; with another
   * error only where the `clock` that it was given throws one.
   */
  verify(token: string): Promise<Access<P>>;
  /**
   * Gets the key set, and with `changes` what has changed, before the first token comes. Rejects with
   * `key_set_unavailable` or `changes_unavailable`.
   */
  prefetch(): Promise<void>;
  /** What is known of changes, for health checks and metrics; undefined without the option `changes`. */
  freshness(): FreshnessReport | undefined;
}
