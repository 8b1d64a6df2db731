// A plugin for Fastify 5.
import type { FastifyPluginCallback, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Access } from '../access.ts';
import { authenticateHeader } from '../bearer.ts';
import type { VerifierError } from '../errors.ts';
import { checkFunction, readOwnOptions } from '../own-options.ts';
import { PassedRequests } from '../passed-requests.ts';
import { checkVerifier, dropBodyHeaders, refuse } from '../refuse.ts';
import type { Verifier } from '../verifier.ts';
import type { Answer } from './thrown/fastify.ts';
import { answerThrownRefusals } from './thrown/fastify.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by claimgen's `authenticate`, null before; `accessOf` gives it with the names of its layout. */
    access: Access | null;
  }
}

export interface FastifyOptions {
  /**
   * Called for every request that is refused; the cause of a 403 explains it. By default the request's own
   * log, level info.
   */
  readonly log?: (error: VerifierError, request: FastifyRequest) => void;
}

type Next = (fault?: Error) => void;

/**
 * Plugin that lets requests with a good token pass, in the scope that registers it, and answers the others as
 * RFC 6750 says.
 */
export interface FastifyAuthentication<P extends string> extends FastifyPluginCallback {
  /** A `preHandler` or `onRequest` hook of a route that lets requests with the permission pass. */
  requires(permission: P): onRequestHookHandler;
  /** The access of a request that this plugin let pass. Throws for another. */
  accessOf(request: FastifyRequest): Access<P>;
}

/**
 * Makes the plugin. Throws a TypeError for options that can't work.
 *
 * @example
 * const auth = authenticate(verifier);
 * app.register(auth);
 * app.get('/orders', { onRequest: auth.requires('orders:read') }, async (request) => auth.accessOf(request).subject);
 */
export function authenticate<P extends string>(
  verifier: Verifier<P>,
  options: FastifyOptions = {},
): FastifyAuthentication<P> {
  checkVerifier(verifier, 'authenticate');
  const { log = toRequestLog } = readOwnOptions(options, ['log'], 'authenticate');
  checkFunction('log', log);
  const passed = new PassedRequests<FastifyRequest, P>();
  const answer: Answer = (error, request, reply) => {
    const { status, headers, body } = refuse(error, log, request);
    if (reply.raw.headersSent) {
      // What was sent must not pass for all of it.
      reply.hijack().raw.destroy();
      return;
    }
    dropBodyHeaders(Object.keys(reply.getHeaders()), (name) => reply.removeHeader(name));
    reply.code(status).headers(headers).send(body);
  };
  const answerInHook = (error: unknown, request: FastifyRequest, reply: FastifyReply, next: Next): void => {
    try {
      answer(error, request, reply);
    } catch (fault) {
      next(fault as Error);
    }
  };
  const plugin: FastifyPluginCallback = (app, _options, done) => {
    for (const name of ['access', passed.key])
      if (!app.hasRequestDecorator(name)) app.decorateRequest(name, null);
    answerThrownRefusals(app, passed, answer);
    app.addHook('onRequest', (request, reply, next) => {
      const pass = (access: Access<P>): void => {
        request.access = passed.add(request, access);
        next();
      };
      try {
        const access = authenticateHeader(verifier, request.headers.authorization);
        if ('then' in access) access.then(pass, (error) => answerInHook(error, request, reply, next));
        else pass(access);
      } catch (error) {
        answerInHook(error, request, reply, next);
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
        return answerInHook(error, request, reply, next);
      }
      next();
    };
  };
  return Object.assign(plugin, { requires, accessOf: passed.accessOf, [Symbol.for('skip-override')]: true });
}

function toRequestLog(error: VerifierError, request: FastifyRequest): void {
  request.log.info(error);
}
