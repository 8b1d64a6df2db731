/** What can go wrong with a request for a token; stable across versions. No message holds a secret or a token. */

/**
 * `invalid_request`: it is no request for a token; `unsupported_grant_type`: it asks for another grant than client
 * credentials; `refused`: the issuer refuses it; `rate_limited`: the issuer wants fewer; `quota_exceeded`: the client has used
 * up what it has here; `unavailable`: the issuer can't be reached, or did not answer in time; `busy`: others are asking for
 * the same token, and it has not come.
 */
export type TokenCacheErrorCode =
  | 'invalid_request'
  | 'unsupported_grant_type'
  | 'refused'
  | 'rate_limited'
  | 'quota_exceeded'
  | 'unavailable'
  | 'busy';

/** What the answer says: RFC 6749, section 5.2. */
export interface ErrorFields {
  readonly error: string;
  readonly error_description?: string;
  readonly error_uri?: string;
}

export class TokenCacheError extends Error {
  readonly code: TokenCacheErrorCode;
  /** The HTTP status that it is answered with. */
  readonly status: number;
  readonly fields: ErrorFields;
  /** Headers of the answer: `retry-after`, and those about quotas that the issuer sent. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: TokenCacheErrorCode,
    status: number,
    fields: ErrorFields,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(fields.error_description ?? fields.error);
    this.name = 'TokenCacheError';
    this.code = code;
    this.status = status;
    this.fields = fields;
    this.headers = headers;
  }

  /** Seconds after which it is worth another try; undefined where nobody knows. */
  get retryAfter(): number | undefined {
    const seconds = Number(this.headers['retry-after'] ?? Number.NaN);
    return Number.isFinite(seconds) ? seconds : undefined;
  }
}

/** What the request has to be, and is not. */
export function invalidRequest(description: string, status: 400 | 405 | 408 | 413 = 400): TokenCacheError {
  return new TokenCacheError('invalid_request', status, {
    error: 'invalid_request',
    error_description: description,
  });
}

/** @param seconds until another try is worth it */
export function unavailable(
  code: 'unavailable' | 'busy',
  description: string,
  seconds: number,
): TokenCacheError {
  return new TokenCacheError(
    code,
    503,
    { error: 'temporarily_unavailable', error_description: description },
    { 'retry-after': String(Math.max(1, Math.ceil(seconds))) },
  );
}
