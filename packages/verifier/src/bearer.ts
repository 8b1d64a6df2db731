// From an Authorization header to an access, or to the answer that refuses it.
import type { Access } from './access.ts';
import { isAccess } from './access.ts';
import { isVerifierError, VerifierError } from './errors.ts';
import { lookUpHeader } from './header-lookup.ts';
import type { Scheme } from './proofs/sender-request.ts';
import type { Refusal } from './refusal.ts';
import { answer } from './refusal.ts';
import type { Verifier } from './verifier.ts';

/**
 * The token of an `Authorization` header (RFC 6750, section 2.1), the only place where one is looked for.
 * Throws `token_missing` (401) where there is none, also for another scheme, and `request_malformed` (400).
 *
 * @example
 * const access = await verifier.verify(readBearer(request.headers.get('authorization')));
 */
export function readBearer(authorization: string | null | undefined): string {
  if (authorization === null || authorization === undefined || authorization === '') throw missing();
  // Some servers give an array of headers of the same name.
  if (typeof authorization !== 'string') throw malformed();
  // RFC 9110, section 11.1: the scheme is case-insensitive.
  if (authorization.slice(0, 7).toLowerCase() !== 'bearer ') {
    throw authorization.length === 6 && authorization.toLowerCase() === 'bearer' ? malformed() : missing();
  }
  const token = authorization.slice(7).trimStart();
  // What separates two credentials, or the parameters of one, is in no token (b64token, RFC 6750, section
  // 2.1).
  if (token === '' || token.includes(' ') || token.includes(',')) throw malformed();
  return token;
}

function missing(): VerifierError {
  return new VerifierError('token_missing', 'The request has no bearer token');
}

function malformed(): VerifierError {
  return new VerifierError('request_malformed', 'The Authorization header must be "Bearer <token>"');
}

/**
 * The scheme and the token of an `Authorization` header, for a verifier with `senderConstrained` `verify` or `require`:
 * as `readBearer`, but with the scheme of DPoP (RFC 9449, section 7.1), too.
 *
 * @example
 * const { scheme, token } = readAuthorization(request.headers.get('authorization'));
 */
export function readAuthorization(authorization: string | null | undefined): {
  readonly scheme: Scheme;
  readonly token: string;
} {
  if (typeof authorization === 'string' && /^dpop(?: |$)/i.test(authorization)) {
    const token = authorization.slice(5).trimStart();
    if (token !== '' && !token.includes(' ') && !token.includes(',')) return { scheme: 'DPoP', token };
    throw new VerifierError('request_malformed', 'The Authorization header must be "DPoP <token>"');
  }
  return { scheme: 'Bearer', token: readBearer(authorization) };
}

/** Verifies the token of an `Authorization` header; at once where the verifier's cache has it. */
export function authenticateHeader<P extends string>(
  verifier: Verifier<P>,
  authorization: string | null | undefined,
): Access<P> | Promise<Access<P>> {
  // A hit is the header of a token that was verified, in every character: nothing is left to check of its
  // form.
  return lookUpHeader(verifier, authorization) ?? demandAccess(verifier.verify(readBearer(authorization)));
}

/**
 * What a verifier resolved to. Rejects with a TypeError for what is no access: a verifier of another make may resolve to nothing for a
 * token that it refuses, and to an adapter that would be a request that needs none.
 */
export async function demandAccess<P extends string>(verifying: Promise<Access<P>>): Promise<Access<P>> {
  const access = await verifying;
  if (isAccess(access)) return access;
  throw new TypeError(
    'verify must resolve to an access, or reject: the verifier is not one of createVerifier',
  );
}

/**
 * The schemes that carry access tokens (RFC 6750, section 2.1; RFC 9449, section 7.1). A request with one of them asks
 * for no anonymous access, even where something is wrong with it.
 */
const OF_TOKENS = /^\s*(?:bearer|dpop)(?:$|[\s,])/i;

/** Whether a request may be served without an access, where that is optional: it carries no access token. */
export function hasNoToken(authorization: string | null | undefined): boolean {
  if (authorization === null || authorization === undefined || authorization === '') return true;
  // Some servers give an array of headers of the same name.
  return typeof authorization === 'string' && !OF_TOKENS.test(authorization);
}

/**
 * What to answer a request that was refused. Throws every error that isn't a VerifierError on: it is no
 * refusal but a fault.
 *
 * @example
 * const { status, headers, body } = toRefusal(error);
 * return Response.json(body, { status, headers });
 */
export function toRefusal(error: unknown): Refusal {
  if (!isVerifierError(error)) throw error;
  return answer(error);
}
