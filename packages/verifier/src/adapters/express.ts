// Middleware for Express 4 and 5.
import type { NextFunction, Request, Response } from 'express';
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
import type { Answer } from './thrown/express.ts';
import { answerThrownRefusals } from './thrown/express.ts';

declare module 'express-serve-static-core' {
  interface Request {
    /** Set by claimgen's `authenticate`; `accessOf` gives it with the names of its layout. */
    access?: Access | undefined;
  }
}

/** What `authenticate` can be told. */
export type ExpressOptions<O extends boolean = boolean> = AdapterOptions<Request, Request, O>;

/**
 * Middleware. Not a RequestHandler: beside one, Express no longer derives the types of path parameters from the
 * route.
 */
export type ExpressHandler = (request: object, response: object, next: (error?: unknown) => void) => unknown;

/** Middleware that lets requests with a good token pass and answers the others as RFC 6750 says. */
export interface ExpressAuthentication<P extends string, O extends boolean = false> extends ExpressHandler {
  /** Middleware, to come after this one, that lets requests pass that meet all of the requirements. */
  requires(...requirements: Requirements<P, Request>): ExpressHandler;
  /** The same for requests with at least one of the permissions. */
  requiresAny(...permissions: readonly [P, ...P[]]): ExpressHandler;
  /** The access of a request that this middleware let pass. Throws for another. */
  accessOf(request: object): AccessOf<P, O>;
}

/**
 * Makes the middleware. Throws a TypeError for options that can't work.
 *
 * @example
 * const auth = authenticate(verifier, { log: (error) => logger.info(error) });
 * app.use(auth);
 * app.get('/orders', auth.requires('orders:read'), (request, response) => {
 *   response.json({ for: auth.accessOf(request).subject });
 * });
 */
export function authenticate<P extends string, O extends boolean = false>(
  verifier: Verifier<P>,
  options: ExpressOptions<O> = {},
): ExpressAuthentication<P, O> {
  const read = readAdapterOptions<P, Request, typeof options>(verifier, options, 'authenticate', nodeParts);
  const { log } = read.own;
  const passed = new PassedRequests<Request, P>();
  const answer: Answer = (error, request, response, next) => {
    try {
      const { status, headers, body } = refuse(error, log, request, read.challenger);
      // Express then closes the connection, so that what was sent does not pass for all of it.
      if (response.headersSent) return next(error);
      dropBodyHeaders(response.getHeaderNames(), (name) => response.removeHeader(name));
      response.status(status).set(headers).json(body);
    } catch (fault) {
      next(fault);
    }
  };
  const middleware = async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    try {
      answerThrownRefusals(request.app, passed, answer);
      const access = read.authenticate(request, request.headers.authorization);
      request.access = passed.add(request, access !== undefined && 'then' in access ? await access : access);
    } catch (error) {
      return answer(error, request, response, next);
    }
    next();
  };
  const guard = (check: Check<P, Request>): ((q: Request, r: Response, next: NextFunction) => unknown) => {
    const pass = async (pending: Promise<void>, ...[request, response, next]: Handled): Promise<void> => {
      try {
        await pending;
      } catch (error) {
        return answer(error, request, response, next);
      }
      next();
    };
    return (request, response, next) => {
      try {
        const pending = passed.check(request, check, request);
        if (pending !== undefined) return pass(pending, request, response, next);
      } catch (error) {
        return answer(error, request, response, next);
      }
      next();
    };
  };
  return Object.assign(middleware as ExpressHandler, {
    requires: (...requirements: Requirements<P, Request>) =>
      guard(checkAllOf(requirements)) as ExpressHandler,
    requiresAny: (...permissions: readonly P[]) => guard(checkAnyOf(permissions)) as ExpressHandler,
    accessOf: passed.accessOf as (request: object) => AccessOf<P, O>,
  });
}

type Handled = [request: Request, response: Response, next: NextFunction];
