import type { Context, MiddlewareHandler } from 'hono';
import type { Access } from '../access.ts';
import { authenticateHeader, toRefusal } from '../bearer.ts';
import type { VerifierError } from '../errors.ts';
import { isVerifierError } from '../errors.ts';
import { checkOptionNames } from '../option-names.ts';
import { PassedRequests } from '../passed-requests.ts';
import type { Verifier } from '../verifier.ts';

/** What `c.get('access')` is typed by. */
export interface HonoAccess<P extends string> {
  Variables: { access: Access<P> };
}

export interface HonoOptions {
  /** Called for every request that is refused; the cause of a 403 explains it. Nothing of it reaches the client. */
  readonly log?: (error: VerifierError, context: Context) => void;
}

/** Middleware that lets requests with a good token pass and answers the others as RFC 6750 says. */
export type HonoAuthentication<P extends string> = MiddlewareHandler<HonoAccess<P>> & {
  /** Middleware, to come after this one, that lets requests with the permission pass. */
  requires(permission: P): MiddlewareHandler<HonoAccess<P>>;
  /** The access of a request that this middleware let pass. Throws for another. */
  accessOf(context: Context): Access<P>;
};

/** `app.use(auth)`, then `app.get('/orders', auth.requires('orders:read'), …)`. */
export function authenticate<P extends string>(
  verifier: Verifier<P>,
  options: HonoOptions = {},
): HonoAuthentication<P> {
  checkOptionNames(options, ['log'], 'authenticate');
  const passed = new PassedRequests<Context, P>();
  const refuse = (error: unknown, context: Context): Response => {
    const { status, headers, body } = toRefusal(error);
    if (isVerifierError(error)) options.log?.(error, context);
    return Response.json(body, { status, headers });
  };
  const middleware: MiddlewareHandler<HonoAccess<P>> = async (context, next) => {
    try {
      const access = await authenticateHeader(verifier, context.req.header('authorization'));
      context.set('access', passed.add(context, access));
    } catch (error) {
      return refuse(error, context);
    }
    await next();
    return undefined;
  };
  const requires = (permission: P): MiddlewareHandler<HonoAccess<P>> => {
    const check = passed.requirement(permission);
    return async (context, next) => {
      try {
        check(context);
      } catch (error) {
        return refuse(error, context);
      }
      await next();
      return undefined;
    };
  };
  return Object.assign(middleware, { requires, accessOf: passed.accessOf });
}
