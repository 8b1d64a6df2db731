/** Why a request, token or claim was refused; stable across versions. docs/verifier.md says what each means. */
export type VerifierErrorCode =
  | 'request_malformed'
  | 'token_missing'
  | 'token_malformed'
  | 'token_too_long'
  | 'header_refused'
  | 'algorithm_refused'
  | 'key_unknown'
  | 'signature_invalid'
  | 'issuer_refused'
  | 'audience_refused'
  | 'subject_refused'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'time_refused'
  | 'token_sender_constrained'
  | 'claim_malformed'
  | 'claim_overflow'
  | 'layout_unknown'
  | 'insufficient_scope'
  | 'key_set_unavailable';

export type VerifierErrorStatus = 400 | 401 | 403 | 503;

export interface VerifierErrorDetails {
  readonly cause?: unknown;
  /** Seconds after which the same request may succeed; for `key_set_unavailable`. */
  readonly retryAfter?: number;
  /** The permissions that were required; for `insufficient_scope`. */
  readonly required?: readonly string[];
}

const BRAND: unique symbol = Symbol.for('@claimgen/verifier/error') as never;

/** RFC 6750, section 3.1; every code that isn't listed is 401 invalid_token. */
const ANSWERS: Partial<Record<VerifierErrorCode, readonly [VerifierErrorStatus, string]>> = {
  request_malformed: [400, 'invalid_request'],
  // "If the request lacks any authentication information", no error code is given.
  token_missing: [401, ''],
  insufficient_scope: [403, 'insufficient_scope'],
  claim_overflow: [403, 'insufficient_scope'],
  key_set_unavailable: [503, ''],
};

/** The one error that verification throws. No token or claim text is ever part of the message. */
export class VerifierError extends Error {
  readonly code: VerifierErrorCode;
  /** The HTTP status to answer with. */
  readonly status: VerifierErrorStatus;
  /** The value of the `WWW-Authenticate` header (RFC 6750, section 3); absent with status 503. */
  readonly wwwAuthenticate: string | undefined;
  /** The value of the `Retry-After` header in seconds; only with status 503. */
  readonly retryAfter: number | undefined;
  /** The permissions that were required; only with status 403. */
  readonly required: readonly string[];

  constructor(code: VerifierErrorCode, message: string, details: VerifierErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    const [status, error] = ANSWERS[code] ?? [401, 'invalid_token'];
    this.name = 'VerifierError';
    this.code = code;
    this.status = status;
    this.retryAfter = details.retryAfter;
    this.required = details.required ?? [];
    this.wwwAuthenticate = status === 503 ? undefined : challenge(error, message, this.required.join(' '));
    Object.defineProperty(this, BRAND, { value: true });
  }
}

function challenge(error: string, description: string, scope: string): string {
  if (error === '') return 'Bearer';
  // Section 3 allows printable ASCII without quote and backslash; another name can't be told in a header.
  const quotable = /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(scope);
  return `Bearer error="${error}", error_description="${description}"${quotable ? `, scope="${scope}"` : ''}`;
}

/** Whether `value` is a VerifierError, also one that another copy of this package made. */
export function isVerifierError(value: unknown): value is VerifierError {
  return value instanceof Error && BRAND in value;
}
