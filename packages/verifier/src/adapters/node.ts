// A listener for node:http.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AdapterOptions } from '../authentication.ts';
import { readAdapterOptions } from '../authentication.ts';
import type { AccessOf } from '../optional-access.ts';
import { nodeParts } from '../proofs/request-parts.ts';
import { dropBodyHeaders, refuse } from '../refuse.ts';
import type { RequiredOf } from '../required-of.ts';
import { checkRequired } from '../required-of.ts';
import type { Verifier } from '../verifier.ts';

/** A request that passed. */
export type AuthenticatedRequest<P extends string = string, O extends boolean = false> = IncomingMessage & {
  access: AccessOf<P, O>;
};

export type AuthenticatedListener<P extends string, O extends boolean = false> = (
  request: AuthenticatedRequest<P, O>,
  response: ServerResponse,
) => unknown;

export interface NodeOptions<P extends string, O extends boolean = boolean>
  extends AdapterOptions<IncomingMessage, IncomingMessage, O>,
    RequiredOf<P, IncomingMessage> {}

/**
 * A listener for `http.createServer` that passes requests with a good token to `listener` and answers the
 * others as RFC 6750 says. What else `listener` throws or rejects with is answered with 500 and printed to
 * standard error; what is thrown in callbacks of its own is out of reach here, as with a plain listener.
 *
 * @example
 * createServer(authenticate(verifier, ({ access }, response) => response.end(access.subject), { requires: 'orders:read' }));
 */
export function authenticate<P extends string, O extends boolean = false>(
  verifier: Verifier<P>,
  listener: AuthenticatedListener<P, O>,
  options: NodeOptions<NoInfer<P>, O> = {},
): RequestListener {
  const more = ['requires', 'requiresAny'] as const;
  type Given = typeof options;
  const read = readAdapterOptions<P, IncomingMessage, Given>(
    verifier,
    options,
    'authenticate',
    nodeParts,
    more,
  );
  if (typeof listener !== 'function') throw new TypeError('authenticate must be given a listener');
  const check = checkRequired<P, IncomingMessage>(options);
  return async (request, response) => {
    try {
      const access = await read.authenticate(request, request.headers.authorization);
      await check(access, request);
      await listener(Object.assign(request, { access }) as AuthenticatedRequest<P, O>, response);
    } catch (error) {
      try {
        const { status, headers, body } = refuse(error, read.own.log, request, read.challenger);
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
