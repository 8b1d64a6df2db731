// Guards for NestJS, on Express or Fastify.
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Access } from '../access.ts';
import { internalsOf } from '../access.ts';
import { authenticateHeader } from '../bearer.ts';
import type { VerifierError } from '../errors.ts';
import { isVerifierError } from '../errors.ts';
import { checkFunction, readOwnOptions } from '../own-options.ts';
import { checkVerifier, refuse } from '../refuse.ts';
import { checkPermission, requirePermission } from '../require-permission.ts';
import type { Verifier } from '../verifier.ts';
import type { FrameworkResponse } from './thrown/nestjs.ts';
import { prepare, RefusedRequest } from './thrown/nestjs.ts';

/** What the guard reads and writes of a request, of Express or of Fastify. */
export interface GuardedRequest<P extends string = string> {
  readonly headers: { readonly authorization?: string };
  /** Set by the guard. */
  access?: Access<P>;
}

export interface GuardOptions {
  /**
   * Called for every request that is refused; the cause of a 403 explains it. Nothing of it reaches the
   * client.
   */
  readonly log?: (error: VerifierError, context: ExecutionContext) => void;
}

/**
 * `@UseGuards(guard())` lets requests with a good token pass, `@UseGuards(guard('orders:read'))` those with
 * the permission.
 */
export type GuardFactory<P extends string> = (...permissions: readonly P[]) => CanActivate;

/**
 * Makes guards for the HTTP controllers of one API; requests that are refused are answered as RFC 6750 says.
 * Throws a TypeError for options that can't work.
 *
 * @example
 * const guard = createGuard(verifier);
 * @UseGuards(guard('orders:read')) @Get('orders') list(@Req() request) { return request.access.subject; }
 */
export function createGuard<P extends string>(
  verifier: Verifier<P>,
  options: GuardOptions = {},
): GuardFactory<P> {
  checkVerifier(verifier, 'createGuard');
  const { log } = readOwnOptions(options, ['log'], 'createGuard');
  checkFunction('log', log);
  const toException = (error: VerifierError, context: ExecutionContext): RefusedRequest =>
    new RefusedRequest(error, () => {
      const { headers } = refuse(error, log, context);
      prepare(context.switchToHttp().getResponse<FrameworkResponse>(), headers);
    });
  return (...permissions) => {
    for (const permission of permissions) checkPermission(permission);
    return {
      async canActivate(context) {
        const request = context.switchToHttp().getRequest<GuardedRequest<P>>();
        try {
          const access = await authenticateHeader(verifier, request.headers.authorization);
          for (const permission of permissions) requirePermission<string>(access, permission);
          // Nest answers its own exceptions and no others.
          const toThrown = (error: VerifierError): Error => toException(error, context);
          request.access = internalsOf(access)?.forRequest(toThrown) ?? access;
        } catch (error) {
          if (!isVerifierError(error)) throw error;
          const exception = toException(error, context);
          exception.getResponse();
          throw exception;
        }
        return true;
      },
    };
  };
}
