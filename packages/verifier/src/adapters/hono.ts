// Middleware for Hono 4.
import type { Context, MiddlewareHandler } from 'hono';
import type { Access } from '../access.ts';
import type { AdapterOptions } from '../authentication.ts';
import { readAdapterOptions } from '../authentication.ts';
import type { VerifierError } from '../errors.ts';
import { gaveResponse, isVerifierError } from '../errors.ts';
import type { AccessOf } from '../optional-access.ts';
import { PassedRequests } from '../passed-requests.ts';
import { fetchParts } from '../proofs/request-parts.ts';
import { dropBodyHeaders, refuse } from '../refuse.ts';
import type { Check, Requirements } from '../requirement.ts';
import { checkAllOf, checkAnyOf } from '../requirement.ts';
import { isAnsweredByAnother } from '../thrown-refusals.ts';
import type { Verifier } from '../verifier.ts';

/** What `c.get('access')` is typed by. */
export interface HonoAccess<A extends Access | undefined> {
  Variables: { access: A };
}

/** What `authenticate` can be told. */
export type HonoOptions<O extends boolean = boolean> = AdapterOptions<Context, Context, O>;

/** Middleware that lets requests with a good token pass and answers the others as RFC 6750 says. */
export type HonoAuthentication<P extends string, O extends boolean = false> = MiddlewareHandler<
  HonoAccess<AccessOf<P, O>>
> &
  Guards<P, O>;

interface Guards<P extends string, O extends boolean> {
  /** Middleware, to come after this one, that lets requests pass that meet all of the requirements. */
  requires(...requirements: Requirements<P, Context>): MiddlewareHandler;
  /** The same for requests with at least one of the permissions. */
  requiresAny(...permissions: readonly [P, ...P[]]): MiddlewareHandler;
  /** The access of a request that this middleware let pass. Throws for another. */
  accessOf(context: Context): AccessOf<P, O>;
}

/**
 * Makes the middleware. Throws a TypeError for options that can't work.
 *
 * @example
 * const auth = authenticate(verifier);
 * app.use(auth).get('/orders', auth.requires('orders:read'), (c) => c.json(auth.accessOf(c).subject));
 */
export function authenticate<P extends string, O extends boolean = false>(
  verifier: Verifier<P>,
  options: HonoOptions<O> = {},
): HonoAuthentication<P, O> {
  const read = readAdapterOptions<P, Context, typeof options>(verifier, options, 'authenticate', fetchParts);
  const { log } = read.own;
  const passed = new PassedRequests<Context, P>();
  const answer = (error: unknown, context: Context, kept: Headers = new Headers()): Response => {
    const { status, headers, body } = refuse(error, log, context, read.challenger);
    for (const [name, value] of Object.entries(headers)) kept.set(name, value);
    return Response.json(body, { status, headers: kept });
  };
  const isOurs = (error: unknown, context: Context): error is VerifierError => {
    if (!isVerifierError(error) || answered.has(error)) return false;
    if (isAnsweredByAnother(error, context, passed.get(context))) return false;
    answered.add(error);
    return true;
  };
  const answerThrown = (context: Context): void => {
    const { error, res } = context;
    if (!isOurs(error, context)) return;
    const kept = new Headers(res.headers);
    dropBodyHeaders([...kept.keys()], (name) => kept.delete(name));
    const response = answer(error, context, kept);
    // The app's own error handler came first. Hono's makes a 500 of it in its earlier versions.
    if (res.status !== 500 && !gaveResponse(error)) return;
    context.res = undefined;
    context.res = response;
  };
  const middleware: MiddlewareHandler = async (context, next) => {
    try {
      const access = await read.authenticate(context, context.req.header('authorization'));
      context.set('access', passed.add(context, access));
    } catch (error) {
      return answer(error, context);
    }
    try {
      await next();
    } catch (error) {
      // Hono lets only what `notFound` throws get here. Its error handler answers it.
      if (isOurs(error, context)) refuse(error, log, context, read.challenger);
      throw error;
    }
    answerThrown(context);
    return undefined;
  };
  const guard = (check: Check<P, Context>): MiddlewareHandler => {
    return async (context, next) => {
      try {
        await passed.check(context, check, context);
      } catch (error) {
        return answer(error, context);
      }
      await next();
      return undefined;
    };
  };
  return Object.assign(middleware, {
    requires: (...requirements: Requirements<P, Context>) => guard(checkAllOf(requirements)),
    requiresAny: (...permissions: readonly P[]) => guard(checkAnyOf(permissions)),
    accessOf: passed.accessOf as (context: Context) => AccessOf<P, O>,
  });
}

/** Thrown refusals whose log was told: middleware within middleware sees the same error. */
const answered = new WeakSet<Error>();
