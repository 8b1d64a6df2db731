// What a refused request is answered with: RFC 6750, section 3. Codes for clients, reasons for frontends,
// nothing else.
import type { VerifierErrorCode, VerifierErrorStatus } from './error-codes.ts';

/**
 * Why a request got a 401, as much as a client needs to decide what to do: send a token, refresh it, or log
 * in. `missing`: there was none; `expired`: a fresh one will do; `stale`: one that is issued after `Retry-After` will tell;
 * `proof`: a new proof of DPoP will do, with the nonce of the answer if there is one; `invalid`: this one will never be
 * accepted.
 */
export type RefusalReason = 'missing' | 'expired' | 'stale' | 'proof' | 'invalid';

/** What to answer a request that was refused. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly error: string;
    /** With status 401 only. */
    readonly reason?: RefusalReason;
  };
}

/**
 * The parts of a VerifierError that its answer depends on; also of one that another copy of this package
 * made.
 */
export interface Refused {
  readonly code: VerifierErrorCode;
  readonly status: VerifierErrorStatus;
  readonly wwwAuthenticate: string | undefined;
  readonly retryAfter: number | undefined;
  /** Absent from errors of earlier versions of this package. */
  readonly dpopNonce?: string | undefined;
}

const PUBLIC_NAMES: Readonly<Record<VerifierErrorStatus, string>> = {
  400: 'invalid_request',
  401: 'unauthorized',
  403: 'insufficient_scope',
  503: 'temporarily_unavailable',
};

export function answer({ code, status, wwwAuthenticate, retryAfter, dpopNonce }: Refused): Refusal {
  const headers: Record<string, string> = { 'cache-control': 'no-store' };
  if (wwwAuthenticate !== undefined) headers['www-authenticate'] = wwwAuthenticate;
  if (retryAfter !== undefined) headers['retry-after'] = String(retryAfter);
  if (dpopNonce !== undefined) headers['dpop-nonce'] = dpopNonce;
  const error = PUBLIC_NAMES[status];
  return { status, headers, body: status === 401 ? { error, reason: reasonOf(code) } : { error } };
}

const REASONS: Partial<Record<VerifierErrorCode, RefusalReason>> = {
  token_missing: 'missing',
  token_expired: 'expired',
  token_stale: 'stale',
};

export function reasonOf(code: VerifierErrorCode): RefusalReason {
  return REASONS[code] ?? (/^(?:proof|nonce)_/.test(code) ? 'proof' : 'invalid');
}
