// A listener for node:http.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Access } from '../access.ts';
import { authenticateHeader } from '../bearer.ts';
import type { VerifierError } from '../errors.ts';
import { checkFunction, readOwnOptions } from '../own-options.ts';
import { checkVerifier, dropBodyHeaders, refuse } from '../refuse.ts';
import { checkPermission, requirePermission } from '../require-permission.ts';
import type { Verifier } from '../verifier.ts';

/** A request that passed. */
export type AuthenticatedRequest<P extends string = string> = IncomingMessage & { access: Access<P> };

export type AuthenticatedListener<P extends string> = (
  request: AuthenticatedRequest<P>,
  response: ServerResponse,
) => unknown;

export interface NodeOptions<P extends string> {
  /** Also require this permission. Throws a TypeError at once where it is there and undefined or empty. */
  readonly permission?: P;
  /**
   * Called for every request that is refused; the cause of a 403 explains it. Nothing of it reaches the
   * client.
   */
  readonly log?: (error: VerifierError, request: IncomingMessage) => void;
}

/**
 * A listener for `http.createServer` that passes requests with a good token to `listener` and answers the
 * others as RFC 6750 says. What else `listener` throws or rejects with is answered with 500 and printed to
 * standard error; what is thrown in callbacks of its own is out of reach here, as with a plain listener.
 *
 * @example
 * createServer(authenticate(verifier, ({ access }, response) => response.end(access.subject)));
 */
export function authenticate<P extends string>(
  verifier: Verifier<P>,
  listener: AuthenticatedListener<P>,
  options: NodeOptions<NoInfer<P>> = {},
): RequestListener {
  checkVerifier(verifier, 'authenticate');
  if (typeof listener !== 'function') throw new TypeError('authenticate must be given a listener');
  const { permission, log } = readOwnOptions(options, ['permission', 'log'], 'authenticate');
  checkFunction('log', log);
  // A misspelt constant is undefined, and must not turn the check off.
  if (Object.hasOwn(options, 'permission')) checkPermission(permission);
  return async (request, response) => {
    try {
      const access = await authenticateHeader(verifier, request.headers.authorization);
      if (permission !== undefined) requirePermission<string>(access, permission);
      await listener(Object.assign(request, { access }), response);
    } catch (error) {
      try {
        const { status, headers, body } = refuse(error, log, request);
        send(response, status, headers, body);
      } catch (fault) {
        console.error(fault);
        send(response, 500, { 'cache-control': 'no-store' }, { error: 'server_error' });
      }
    }
  };
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: object,
): void {
  if (response.headersSent) {
    // What was sent must not pass for all of it.
    if (!response.writableEnded) response.destroy();
    return;
  }
  dropBodyHeaders(response.getHeaderNames(), (name) => response.removeHeader(name));
  response.writeHead(status, { ...headers, 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
