/** What keeps the resolver from knowing a user's permissions. No message holds a secret or a token. */

/**
 * `tenant_unavailable`: Auth0 can't be reached, did not answer in time, or answered with what can't be relied on; `rate_limited`: it
 * wants fewer requests; `tenant_refused`: it refuses the request, or does not know the user; `source_failed`: what it says is not
 * enough, as at a login (`organizations`, `unknownRoles`); `busy`: another process asks, and no answer has come; `unknown_api`: the
 * tables are of another API; `unknown_issuer`: the token is not of this tenant; `closed`: the resolver was closed.
 */
export type ResolverErrorCode =
  | 'tenant_unavailable'
  | 'rate_limited'
  | 'tenant_refused'
  | 'source_failed'
  | 'busy'
  | 'unknown_api'
  | 'unknown_issuer'
  | 'closed';

export class ResolverError extends Error {
  readonly code: ResolverErrorCode;
  /** Seconds after which it is worth another try; undefined where nobody knows. */
  readonly retryAfter: number | undefined;

  constructor(code: ResolverErrorCode, message: string, retryAfter?: number) {
    super(message);
    this.name = 'ResolverError';
    this.code = code;
    this.retryAfter = retryAfter;
  }
}
