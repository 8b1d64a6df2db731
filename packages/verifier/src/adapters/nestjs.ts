import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { HttpException } from '@nestjs/common';
import type { Access } from '../access.ts';
import { authenticateHeader, toRefusal } from '../bearer.ts';
import type { VerifierError } from '../errors.ts';
import { isVerifierError } from '../errors.ts';
import { checkOptionNames } from '../option-names.ts';
import { checkPermission, requirePermission } from '../require-permission.ts';
import type { Verifier } from '../verifier.ts';

/** What the guard reads and writes of a request, of Express or of Fastify. */
export interface GuardedRequest<P extends string = string> {
  readonly headers: { readonly authorization?: string };
  /** Set by the guard. */
  access?: Access<P>;
}

interface HeaderWriter {
  header(name: string, value: string): unknown;
}

export interface GuardOptions {
  /** Called for every request that is refused; the cause of a 403 explains it. Nothing of it reaches the client. */
  readonly log?: (error: VerifierError, context: ExecutionContext) => void;
}

/** `@UseGuards(guard())` lets requests with a good token pass, `@UseGuards(guard('orders:read'))` those with the permission. */
export type GuardFactory<P extends string> = (...permissions: readonly P[]) => CanActivate;

/** Guards for the HTTP controllers of one API; others are answered as RFC 6750 says. */
export function createGuard<P extends string>(
  verifier: Verifier<P>,
  options: GuardOptions = {},
): GuardFactory<P> {
  checkOptionNames(options, ['log'], 'createGuard');
  const refuse = (error: unknown, context: ExecutionContext): never => {
    const { status, headers, body } = toRefusal(error);
    if (isVerifierError(error)) options.log?.(error, context);
    const response = context.switchToHttp().getResponse<HeaderWriter>();
    for (const [name, value] of Object.entries(headers)) response.header(name, value);
    throw new HttpException(body, status);
  };
  return (...permissions) => {
    for (const permission of permissions) checkPermission(permission);
    return {
      async canActivate(context) {
        const request = context.switchToHttp().getRequest<GuardedRequest<P>>();
        try {
          const access = await authenticateHeader(verifier, request.headers.authorization);
          for (const permission of permissions) requirePermission<string>(access, permission);
          request.access = access;
        } catch (error) {
          refuse(error, context);
        }
        return true;
      },
    };
  };
}
