import type { Access } from './access.ts';
import { isVerifierError, VerifierError } from './errors.ts';
import type { Verifier } from './verifier.ts';

/**
 * The token of an `Authorization` header (RFC 6750, section 2.1), the only place where one is looked for.
 * Throws `token_missing` (401) where there is none, also for another scheme, and `request_malformed` (400).
 */
export function readBearer(authorization: string | null | undefined): string {
  if (authorization === null || authorization === undefined || authorization === '') {
    throw new VerifierError('token_missing', 'The request has no bearer token');
  }
  // RFC 9110, section 11.1: the scheme is case-insensitive.
  if (authorization.slice(0, 7).toLowerCase() !== 'bearer ') {
    if (/^bearer$/i.test(authorization)) throw malformed();
    throw new VerifierError('token_missing', 'The request has no bearer token');
  }
  const token = authorization.slice(7).trimStart();
  // What separates two credentials, or the parameters of one, is in no token (b64token, RFC 6750, section 2.1).
  if (token === '' || token.includes(' ') || token.includes(',')) throw malformed();
  return token;
}

function malformed(): VerifierError {
  return new VerifierError('request_malformed', 'The Authorization header is not Bearer and one token');
}

/** Verifies the token of an `Authorization` header; at once where the verifier's cache has it. */
export function authenticateHeader<P extends string>(
  verifier: Verifier<P>,
  authorization: string | null | undefined,
): Access<P> | Promise<Access<P>> {
  // A hit is the header of a token that was verified, in every character: nothing is left to check of its form.
  const cached = authorization ? verifier.lookupHeader(authorization) : undefined;
  return cached ?? verifier.verify(readBearer(authorization));
}

/** What to answer a request that was refused: RFC 6750, section 3. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error: string };
}

/** Throws every error that isn't a VerifierError on: it is no refusal but a fault. */
export function toRefusal(error: unknown): Refusal {
  if (!isVerifierError(error)) throw error;
  const headers: Record<string, string> = { 'cache-control': 'no-store' };
  if (error.wwwAuthenticate !== undefined) headers['www-authenticate'] = error.wwwAuthenticate;
  if (error.retryAfter !== undefined) headers['retry-after'] = String(error.retryAfter);
  return { status: error.status, headers, body: { error: PUBLIC_NAMES[error.status] } };
}

const PUBLIC_NAMES: Readonly<Record<400 | 401 | 403 | 503, string>> = {
  400: 'invalid_request',
  401: 'unauthorized',
  403: 'insufficient_scope',
  503: 'temporarily_unavailable',
};
