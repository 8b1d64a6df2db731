// A plugin for Fastify 5.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../access.ts';
import type { AdapterOptions } from '../authentication.ts';
import { readAdapterOptions } from '../authentication.ts';
import type { AccessOf } from '../optional-access.ts';
import { PassedRequests } from '../passed-requests.ts';
import { nodeParts } from '../proofs/request-parts.ts';
import { dropBodyHeaders, refuse } from '../refuse.ts';
import type { Check, Requirements } from '../requirement.ts';
import { checkAllOf, checkAnyOf } from '../requirement.ts';
import type { Verifier } from '../verifier.ts';
import type { Answer } from './thrown/fastify.ts';
import { answerThrownRefusals } from './thrown/fastify.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * Set by claimgen's `authenticate`, null before and for a request without a token; `accessOf` gives it with
     * the names of its layout.
     */
    access: Access | null;
  }
}

/** What `authenticate` can be told. By default `log` is the request's own log, level info. */
export type FastifyOptions<O extends boolean = boolean> = AdapterOptions<FastifyRequest, FastifyRequest, O>;

type Done = (fault?: Error) => void;

/** As Fastify itself labels objects. */
const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * A hook. Its types are wider than Fastify's own, so that it fits routes with types of their own, type providers,
 * loggers and HTTP/2.
 */
export type FastifyHook = (request: object, reply: object, done: Done) => void;

/**
 * Plugin that lets requests with a good token pass, in the scope that registers it, and answers the others as
 * RFC 6750 says.
 */
export interface FastifyAuthentication<P extends string, O extends boolean = false> {
  (app: object, options: object, done: Done): void;
  /** A `preHandler` or `onRequest` hook of a route that lets requests pass that meet all of the requirements. */
  requires(...requirements: Requirements<P, FastifyRequest>): FastifyHook;
  /** The same for requests with at least one of the permissions. */
  requiresAny(...permissions: readonly [P, ...P[]]): FastifyHook;
  /** The access of a request that this plugin let pass. Throws for another. */
  accessOf(request: object): AccessOf<P, O>;
}

/**
 * Makes the plugin. Throws a TypeError for options that can't work.
 *
 * @example
 * const auth = authenticate(verifier);
 * app.register(auth);
 * app.get('/orders', { onRequest: auth.requires('orders:read') }, async (request) => auth.accessOf(request).subject);
 */
export function authenticate<P extends string, O extends boolean = false>(
  verifier: Verifier<P>,
  options: FastifyOptions<O> = {},
): FastifyAuthentication<P, O> {
  type Given = typeof options;
  const read = readAdapterOptions<P, FastifyRequest, Given>(verifier, options, 'authenticate', nodeParts);
  const { log = (error, request) => request.log.info(error) } = read.own;
  const passed = new PassedRequests<FastifyRequest, P>();
  const answer: Answer = (error, request, reply) => {
    const { status, headers, body } = refuse(error, log, request, read.challenger);
    if (reply.raw.headersSent) {
      // What was sent must not pass for all of it.
      reply.hijack().raw.destroy();
      return;
    }
    dropBodyHeaders(Object.keys(reply.getHeaders()), (name) => reply.removeHeader(name));
    // A string: objects go through the preSerialization hooks once more, one of which may have thrown the refusal.
    reply
      .code(status)
      .headers({ ...headers, 'content-type': JSON_TYPE })
      .send(JSON.stringify(body));
  };
  const answerInHook = (error: unknown, request: FastifyRequest, reply: FastifyReply, next: Done): void => {
    try {
      answer(error, request, reply);
    } catch (fault) {
      next(fault as Error);
    }
  };
  const plugin = (app: FastifyInstance, _options: object, done: Done): void => {
    for (const name of ['access', passed.key])
      if (!app.hasRequestDecorator(name)) app.decorateRequest(name, null);
    answerThrownRefusals(app, passed, answer);
    app.addHook('onRequest', (request, reply, next) => {
      const refused = (error: unknown): void => answerInHook(error, request, reply, next);
      const pass = (access: Access<P> | undefined): void => {
        request.access = passed.add(request, access) ?? null;
        next();
      };
      try {
        const access = read.authenticate(request, request.headers.authorization);
        if (access !== undefined && 'then' in access) access.then(pass, refused);
        else pass(access);
      } catch (error) {
        refused(error);
      }
    });
    done();
  };
  const guard = (check: Check<P, FastifyRequest>): FastifyHook =>
    ((request: FastifyRequest, reply: FastifyReply, next: Done): void => {
      const refused = (error: unknown): void => answerInHook(error, request, reply, next);
      let pending: Promise<void> | undefined;
      try {
        pending = passed.check(request, check, request);
      } catch (error) {
        refused(error);
        return;
      }
      if (pending === undefined) next();
      else pending.then(() => next(), refused);
    }) as FastifyHook;
  return Object.assign(plugin as (app: object, options: object, done: Done) => void, {
    requires: (...requirements: Requirements<P, FastifyRequest>) => guard(checkAllOf(requirements)),
    requiresAny: (...permissions: readonly P[]) => guard(checkAnyOf(permissions)),
    accessOf: passed.accessOf as (request: object) => AccessOf<P, O>,
    [Symbol.for('skip-override')]: true,
  });
}
