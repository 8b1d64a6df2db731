// The one error that verification throws.
import type { VerifierErrorCode, VerifierErrorStatus } from './error-codes.ts';
import { statusOf } from './error-codes.ts';
import { ERROR } from './own-symbols.ts';
import { answer, reasonOf } from './refusal.ts';

export interface VerifierErrorDetails {
  readonly cause?: unknown;
  /** Seconds after which the same request may succeed; with status 503 and `token_stale`. */
  readonly retryAfter?: number;
  /** The permissions that were required; for `insufficient_scope`. */
  readonly required?: readonly string[];
  /** The nonce to answer with; for `nonce_required`. */
  readonly dpopNonce?: string;
}

/** What this package keeps of an error, whichever copy of the package made it. No log shows it. */
interface ErrorState {
  /** The access that `requirePermission` judged. */
  judged?: object;
  /** Whether somebody asked for its Response, such as Hono's own error handler. */
  responded?: boolean;
}

/** No token or claim text is ever part of the message. */
export class VerifierError extends Error {
  readonly code: VerifierErrorCode;
  /** The HTTP status to answer with. */
  readonly status: VerifierErrorStatus;
  /** The value of the `WWW-Authenticate` header (RFC 6750, section 3); absent with status 503. */
  readonly wwwAuthenticate: string | undefined;
  /** The value of the `Retry-After` header in seconds; only with status 503 and `token_stale`. */
  readonly retryAfter: number | undefined;
  /** The permissions that were required; only with status 403. */
  readonly required: readonly string[];
  /** The value of the `DPoP-Nonce` header; only with `nonce_required`. */
  readonly dpopNonce: string | undefined;

  constructor(code: VerifierErrorCode, message: string, details: VerifierErrorDetails = {}) {
    super(message, Object.hasOwn(details, 'cause') ? { cause: details.cause } : undefined);
    const {
      retryAfter,
      required = [],
      dpopNonce,
    } = Object.assign(Object.create(null) as VerifierErrorDetails, details);
    const [status] = statusOf(code);
    this.name = 'VerifierError';
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
    this.required = required;
    this.dpopNonce = dpopNonce;
    this.wwwAuthenticate =
      status === 503 ? undefined : ['Bearer', challengeOf(this).join(', ')].join(' ').trimEnd();
    brand(this);
  }

  /** The same as `status`, by the name under which Fastify and others look for it. */
  get statusCode(): VerifierErrorStatus {
    return this.status;
  }

  /**
   * The headers to answer with; frameworks that know errors of this form (Express, Fastify) add them by
   * themselves.
   */
  get headers(): Readonly<Record<string, string>> {
    return answer(this).headers;
  }

  /**
   * The answer as a Fetch API Response. Hono's error handler asks for it; of use wherever handlers return
   * Responses.
   *
   * @example
   * return isVerifierError(error) ? error.getResponse() : new Response(null, { status: 500 });
   */
  getResponse(): Response {
    Object.assign(stateOf(this), { responded: true });
    const { status, headers, body } = answer(this);
    return Response.json(body, { status, headers });
  }
}

/** Whether somebody asked the error for its Response, such as Hono's own error handler. */
export function gaveResponse(error: VerifierError): boolean {
  return stateOf(error).responded === true;
}

/** The parameters of the challenge, none where the request had no token. The scheme goes before them. */
export function challengeOf({ code, message, required }: VerifierError): readonly string[] {
  const [, error] = statusOf(code);
  if (error === '') return [];
  const parameters = [`error="${error}"`, `error_description="${message.replaceAll('"', "'")}"`];
  if (error === 'invalid_token') parameters.push(`reason="${reasonOf(code)}"`);
  const scope = required.join(' ');
  // Section 3 allows printable ASCII without quote and backslash; another name can't be told in a header.
  if (/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)) parameters.push(`scope="${scope}"`);
  return parameters;
}

export function stateOf(error: VerifierError): ErrorState {
  return (error as unknown as { readonly [ERROR]: ErrorState })[ERROR];
}

/** Makes `isVerifierError` know an error that is none by its class. */
export function brand(error: Error): void {
  Object.defineProperty(error, ERROR, { value: {} });
}

/**
 * Whether `value` is a VerifierError, also one that another copy of this package made.
 *
 * @example
 * try {
 *   await verifier.verify(token);
 * } catch (error) {
 *   if (!isVerifierError(error)) throw error;
 *   response.writeHead(error.status, error.headers).end();
 * }
 */
export function isVerifierError(value: unknown): value is VerifierError {
  return value instanceof Error && ERROR in value;
}
