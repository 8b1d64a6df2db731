// Middleware for Express 4 and 5.
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Access } from '../access.ts';
import { authenticateHeader } from '../bearer.ts';
import type { VerifierError } from '../errors.ts';
import { checkFunction, readOwnOptions } from '../own-options.ts';
import { PassedRequests } from '../passed-requests.ts';
import { checkVerifier, dropBodyHeaders, refuse } from '../refuse.ts';
import type { Verifier } from '../verifier.ts';
import type { Answer } from './thrown/express.ts';
import { answerThrownRefusals } from './thrown/express.ts';

declare module 'express-serve-static-core' {
  interface Request {
    /** Set by claimgen's `authenticate`; `accessOf` gives it with the names of its layout. */
    access?: Access;
  }
}

export interface ExpressOptions {
  /**
   * Called for every request that is refused; the cause of a 403 explains it. Nothing of it reaches the
   * client.
   */
  readonly log?: (error: VerifierError, request: Request) => void;
}

/** Middleware that lets requests with a good token pass and answers the others as RFC 6750 says. */
export interface ExpressAuthentication<P extends string> extends RequestHandler {
  /** Middleware, to come after this one, that lets requests with the permission pass. */
  requires(permission: P): RequestHandler;
  /** The access of a request that this middleware let pass. Throws for another. */
  accessOf(request: Request): Access<P>;
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
export function authenticate<P extends string>(
  verifier: Verifier<P>,
  options: ExpressOptions = {},
): ExpressAuthentication<P> {
  checkVerifier(verifier, 'authenticate');
  const { log } = readOwnOptions(options, ['log'], 'authenticate');
  checkFunction('log', log);
  const passed = new PassedRequests<Request, P>();
  const answer: Answer = (error, request, response, next) => {
    try {
      const { status, headers, body } = refuse(error, log, request);
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
      const access = authenticateHeader(verifier, request.headers.authorization);
      request.access = passed.add(request, 'then' in access ? await access : access);
    } catch (error) {
      return answer(error, request, response, next);
    }
    next();
  };
  const requires = (permission: P): RequestHandler => {
    const check = passed.requirement(permission);
    return (request, response, next) => {
      try {
        check(request);
      } catch (error) {
        return answer(error, request, response, next);
      }
      next();
    };
  };
  return Object.assign(middleware, { requires, accessOf: passed.accessOf });
}
