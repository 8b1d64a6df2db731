// What createVerifier makes.
import type { Access } from './access.ts';
import type { FreshnessReport } from './changes/freshness.ts';
import type { SenderRequest } from './proofs/sender-request.ts';

export interface Verifier<P extends string = string> {
  /**
   * Verifies an access token, without the `Bearer ` before it. Rejects with a VerifierError; with another
   * error only where the `clock` that it was given throws one, or a request is none. With `senderConstrained` `verify` or
   * `require`, a token that is bound to its sender needs the request, too; with another value it is not looked at.
   *
   * @example
   * const { scheme, token } = readAuthorization(request.headers.get('authorization'));
   * const { method, url, headers } = request;
   * await verifier.verify(token, { scheme, method, url, dpop: headers.get('dpop') });
   */
  verify(token: string, request?: SenderRequest): Promise<Access<P>>;
  /**
   * Gets the key set, and with `changes` what has changed, before the first token comes. Rejects with
   * `key_set_unavailable` or `changes_unavailable`.
   */
  prefetch(): Promise<void>;
  /** What is known of changes, for health checks and metrics; undefined without the option `changes`. */
  freshness(): FreshnessReport | undefined;
}
