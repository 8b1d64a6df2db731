import type { FastifyPluginCallback, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Access } from '../access.ts';
import { authenticateHeader, toRefusal } from '../bearer.ts';
import type { VerifierError } from '../errors.ts';
import { isVerifierError } from '../errors.ts';
import { checkOptionNames } from '../option-names.ts';
import { PassedRequests } from '../passed-requests.ts';
import type { Verifier } from '../verifier.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by claimgen's `authenticate`, null before; `accessOf` gives it with the names of its layout. */
    access: Access | null;
  }
}

export interface FastifyOptions {
  /** Called for every request that is refused; the cause of a 403 explains it. By default the request's own log, level info. */
  readonly log?: (error: VerifierError, request: FastifyRequest) => void;
}

type Next = (fault?: Error) => void;

/** Plugin that lets requests with a good token pass, in the scope that registers it, and answers the others as RFC 6750 says. */
export interface FastifyAuthentication<P extends string> extends FastifyPluginCallback {
  /** A `preHandler` or `onRequest` hook of a route that lets requests with the permission pass. */
  requires(permission: P): onRequestHookHandler;
  /** The access of a request that this plugin let pass. Throws for another. */
  accessOf(request: FastifyRequest): Access<P>;
}

/** `app.register(auth)`, then `app.get('/orders', { onRequest: auth.requires('orders:read') }, …)`. */
export function authenticate<P extends string>(
  verifier: Verifier<P>,
  options: FastifyOptions = {},
): FastifyAuthentication<P> {
  checkOptionNames(options, ['log'], 'authenticate');
  const { log = (error, request) => request.log.info(error) } = options;
  const passed = new PassedRequests<FastifyRequest, P>();
  const answer = (error: unknown, request: FastifyRequest, reply: FastifyReply, next: Next): void => {
    try {
      const { status, headers, body } = toRefusal(error);
      if (isVerifierError(error)) log(error, request);
      reply.code(status).headers(headers).send(body);
    } catch (fault) {
      next(fault as Error);
    }
  };
  const plugin: FastifyPluginCallback = (app, _options, done) => {
    for (const name of ['access', passed.key])
      if (!app.hasRequestDecorator(name)) app.decorateRequest(name, null);
    app.addHook('onRequest', (request, reply, next) => {
      const pass = (access: Access<P>): void => {
        request.access = passed.add(request, access);
        next();
      };
      try {
        const access = authenticateHeader(verifier, request.headers.authorization);
        if ('then' in access) access.then(pass, (error) => answer(error, request, reply, next));
        else pass(access);
      } catch (error) {
        answer(error, request, reply, next);
      }
    });
    done();
  };
  const requires = (permission: P): onRequestHookHandler => {
    const check = passed.requirement(permission);
    return (request, reply, next) => {
      try {
        check(request);
      } catch (error) {
        return answer(error, request, reply, next);
      }
      next();
    };
  };
  return Object.assign(plugin, { requires, accessOf: passed.accessOf, [Symbol.for('skip-override')]: true });
}
