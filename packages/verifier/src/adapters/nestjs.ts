// Guards for NestJS: HTTP on Express or Fastify, GraphQL, WebSockets and microservices.
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Access } from '../access.ts';
import { internalsOf } from '../access.ts';
import type { AdapterOptions } from '../authentication.ts';
import { readAdapterOptions } from '../authentication.ts';
import type { VerifierError } from '../errors.ts';
import { isVerifierError } from '../errors.ts';
import { checkFunction } from '../own-options.ts';
import { nodeParts } from '../proofs/request-parts.ts';
import { refuse, toFault } from '../refuse.ts';
import type { Check, Requirement } from '../requirement.ts';
import { checkAllOf, checkAnyOf } from '../requirement.ts';
import type { Verifier } from '../verifier.ts';
import type { FrameworkResponse } from './thrown/nestjs.ts';
import { prepare, RefusedRequest } from './thrown/nestjs.ts';

/** What the guard reads and writes of a request. */
export interface GuardedRequest<P extends string = string> {
  readonly headers?: { readonly authorization?: string | undefined };
  /** Set by the guard. */
  access?: Access<P> | undefined;
}

export interface GuardOptions extends AdapterOptions<object, ExecutionContext> {
  /**
   * What carries the `Authorization` header, and is given the access: by default `switchToHttp().getRequest()`. For
   * GraphQL `(context) => GqlExecutionContext.create(context).getContext().req`, for socket.io
   * `(context) => context.switchToWs().getClient().handshake`.
   */
  readonly request?: (context: ExecutionContext) => object;
  /**
   * The value of the `Authorization` header, where it is not `headers.authorization` of the request: `Bearer` and the
   * token.
   */
  readonly authorization?: (context: ExecutionContext) => string | null | undefined;
  /**
   * What is thrown for a request that is refused, where HTTP's exceptions are not answered: for WebSockets
   * `(error) => new WsException(error.message)`, for microservices `(error) => new RpcException(error.message)`. By
   * default an HttpException that answers as RFC 6750 says.
   */
  readonly exception?: (error: VerifierError, context: ExecutionContext) => Error;
}

/**
 * `@UseGuards(guard())` lets requests with a good token pass, `@UseGuards(guard('orders:read'))` those that meet all
 * of the requirements, `@UseGuards(guard.any('orders:read', 'orders:read-own'))` those with one of the permissions.
 */
export interface GuardFactory<P extends string> {
  (...requirements: readonly Requirement<P, ExecutionContext>[]): CanActivate;
  any(...permissions: readonly [P, ...P[]]): CanActivate;
}

const OPTIONS = ['request', 'authorization', 'exception'] as const;

/**
 * Makes guards for the controllers, resolvers and gateways of one API; HTTP requests that are refused are answered as
 * RFC 6750 says. Throws a TypeError for options that can't work.
 *
 * @example
 * const guard = createGuard(verifier);
 * @UseGuards(guard('orders:read')) @Get('orders') list(@Req() request) { return request.access.subject; }
 */
export function createGuard<P extends string>(
  verifier: Verifier<P>,
  options: GuardOptions = {},
): GuardFactory<P> {
  type Given = typeof options;
  const read = readAdapterOptions<P, object, Given>(verifier, options, 'createGuard', nodeParts, OPTIONS);
  const { log, exception, authorization, request: requestOf = httpRequest } = read.own;
  for (const [name, value] of Object.entries({ exception, authorization, request: requestOf }))
    checkFunction(name, value);
  const toException = (error: VerifierError, context: ExecutionContext): Error => {
    if (exception === undefined && context.getType() === 'http') {
      return new RefusedRequest(error, () => {
        const { headers } = refuse(error, log, context, read.challenger);
        prepare(context.switchToHttp().getResponse<FrameworkResponse>(), headers);
      });
    }
    // Nobody asks these for an answer over HTTP.
    refuse(error, log, context, read.challenger);
    return exception === undefined ? new RefusedRequest(error) : exception(error, context);
  };
  const guard = (check: Check<P, ExecutionContext> | undefined): CanActivate => ({
    async canActivate(context) {
      const request = requestOf(context) as GuardedRequest<P>;
      try {
        const header = authorization === undefined ? request.headers?.authorization : authorization(context);
        const access = await read.authenticate(request, header);
        await check?.(access, context);
        // Nest answers its own exceptions and no others.
        const toThrown = (error: VerifierError): Error => toException(error, context);
        request.access = access && (internalsOf(access)?.forRequest(toThrown) ?? access);
      } catch (error) {
        if (!isVerifierError(error)) throw toFault(error);
        const thrown = toFault(toException(error, context));
        if (thrown instanceof RefusedRequest) thrown.getResponse();
        throw thrown;
      }
      return true;
    },
  });
  return Object.assign(
    (...requirements: readonly Requirement<P, ExecutionContext>[]) =>
      guard(requirements.length === 0 ? undefined : checkAllOf(requirements)),
    { any: (...permissions: readonly P[]) => guard(checkAnyOf(permissions)) },
  );
}

function httpRequest(context: ExecutionContext): object {
  return context.switchToHttp().getRequest<object>();
}
