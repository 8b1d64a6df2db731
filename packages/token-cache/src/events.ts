/** What a cache tells of itself, for metrics. Nothing in it is secret: client ids are the only names. */

/**
 * `cached`: a token that this process had; `fetched`: one of the store or the issuer, for all that waited for it; `passed_on`: the issuer answered by itself; the others
 * are the codes of errors.
 */
export type RequestOutcome =
  | 'cached'
  | 'fetched'
  | 'passed_on'
  | 'invalid_request'
  | 'unsupported_grant_type'
  | 'refused'
  | 'rate_limited'
  | 'quota_exceeded'
  | 'unavailable'
  | 'busy'
  | 'internal';

export type TokenCacheEvent =
  | { readonly type: 'request'; readonly outcome: RequestOutcome }
  /** The issuer gave a token: what counts against the tenant's quota. */
  | { readonly type: 'grant'; readonly clientId: string }
  /** The issuer answered, or did not, after so many seconds. */
  | { readonly type: 'issuer'; readonly status: number; readonly seconds: number }
  | { readonly type: 'store'; readonly isUp: boolean }
  /** Grants of this month, of all processes with the store. */
  | { readonly type: 'budget'; readonly used: number; readonly budget: number };
