import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Access } from '../access.ts';
import { authenticateHeader, toRefusal } from '../bearer.ts';
import type { VerifierError } from '../errors.ts';
import { isVerifierError } from '../errors.ts';
import { checkOptionNames } from '../option-names.ts';
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
  /** Called for every request that is refused; the cause of a 403 explains it. Nothing of it reaches the client. */
  readonly log?: (error: VerifierError, request: IncomingMessage) => void;
}

/**
 * A listener for `http.createServer` that passes requests with a good token to `listener` and answers the others as
 * RFC 6750 says. What `listener` throws or rejects with is left to the process, as with a plain listener.
 */
export function authenticate<P extends string>(
  verifier: Verifier<P>,
  listener: AuthenticatedListener<P>,
  options: NodeOptions<NoInfer<P>> = {},
): RequestListener {
  checkOptionNames(options, ['permission', 'log'], 'authenticate');
  // A misspelt constant is undefined, and must not turn the check off.
  if (Object.hasOwn(options, 'permission')) checkPermission(options.permission);
  const { permission, log } = options;
  const refuse = (error: unknown, request: IncomingMessage, response: ServerResponse): void => {
    const { status, headers, body } = toRefusal(error);
    if (isVerifierError(error)) log?.(error, request);
    response.writeHead(status, { ...headers, 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  return async (request, response) => {
    let access: Access<P>;
    try {
      access = await authenticateHeader(verifier, request.headers.authorization);
      if (permission !== undefined) requirePermission<string>(access, permission);
    } catch (error) {
      refuse(error, request, response);
      return;
    }
    await listener(Object.assign(request, { access }), response);
  };
}
