import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Access } from '../access.ts';
import { authenticateHeader, toRefusal } from '../bearer.ts';
import type { VerifierError } from '../errors.ts';
import { isVerifierError } from '../errors.ts';
import { checkOptionNames } from '../option-names.ts';
import { PassedRequests } from '../passed-requests.ts';
import type { Verifier } from '../verifier.ts';

declare module 'express-serve-static-core' {
  interface Request {
    /** Set by claimgen's `authenticate`; `accessOf` gives it with the names of its layout. */
    access?: Access;
  }
}

export interface ExpressOptions {
  /** Called for every request that is refused; the cause of a 403 explains it. Nothing of it reaches the client. */
  readonly log?: (error: VerifierError, request: Request) => void;
}

/** Middleware that lets requests with a good token pass and answers the others as RFC 6750 says. */
export interface ExpressAuthentication<P extends string> extends RequestHandler {
  /** Middleware, to come after this one, that lets requests with the permission pass. */
  requires(permission: P): RequestHandler;
  /** The access of a request that this middleware let pass. Throws for another. */
  accessOf(request: Request): Access<P>;
}

/** `app.use(auth)`, then `app.get('/orders', auth.requires('orders:read'), …)`. */
export function authenticate<P extends string>(
  verifier: Verifier<P>,
  options: ExpressOptions = {},
): ExpressAuthentication<P> {
  checkOptionNames(options, ['log'], 'authenticate');
  const passed = new PassedRequests<Request, P>();
  const refuse = (error: unknown, request: Request, response: Response): void => {
    const { status, headers, body } = toRefusal(error);
    if (isVerifierError(error)) options.log?.(error, request);
    response.status(status).set(headers).json(body);
  };
  const middleware = async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    try {
      const access = authenticateHeader(verifier, request.headers.authorization);
      request.access = passed.add(request, 'then' in access ? await access : access);
    } catch (error) {
      refuse(error, request, response);
      return;
    }
    next();
  };
  const requires = (permission: P): RequestHandler => {
    const check = passed.requirement(permission);
    return (request, response, next) => {
      try {
        check(request);
      } catch (error) {
        refuse(error, request, response);
        return;
      }
      next();
    };
  };
  return Object.assign(middleware, { requires, accessOf: passed.accessOf });
}
