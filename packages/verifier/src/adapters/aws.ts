// Lambda functions behind API Gateway (REST and HTTP APIs), function URLs and load balancers, and Lambda authorizers.
import type { VerifierError } from '../errors.ts';
import type { AccessOf, OptionalAccess } from '../optional-access.ts';
import { authenticateRequest, checkOptional } from '../optional-access.ts';
import { checkFunction, readOwnOptions } from '../own-options.ts';
import { checkVerifier, refuse } from '../refuse.ts';
import type { RequiredOf } from '../required-of.ts';
import { checkRequired } from '../required-of.ts';
import type { Verifier } from '../verifier.ts';
import type { EventHeaders } from './aws/events.ts';
import { authorizationOf } from './aws/events.ts';

export type { AuthorizerEvent, AuthorizerOptions } from './aws/authorizer.ts';
export { createAuthorizer } from './aws/authorizer.ts';
export type { EventHeaders } from './aws/events.ts';
export type { AuthorizerContext, PolicyResponse, SimpleResponse } from './aws/policy.ts';

/** What API Gateway, function URLs and load balancers send as a response. */
export interface LambdaRefusal {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface LambdaOptions<P extends string, E, O extends boolean = boolean>
  extends OptionalAccess<O>,
    RequiredOf<P, E> {
  /** Called for every request that is refused; the cause of a 403 explains it. Nothing of it reaches the client. */
  readonly log?: (error: VerifierError, event: E) => void;
}

/**
 * A Lambda function that passes events with a good token to `handler` and answers the others as RFC 6750 says. What
 * else `handler` throws is thrown on.
 *
 * @example
 * export const handler = authenticate(verifier, async (event, access) => ({ statusCode: 200, body: access.subject }), {
 *   requires: 'orders:read',
 * });
 */
export function authenticate<P extends string, E extends EventHeaders, C, R, O extends boolean = false>(
  verifier: Verifier<P>,
  handler: (event: E, access: AccessOf<P, O>, context: C) => R | Promise<R>,
  options: LambdaOptions<NoInfer<P>, NoInfer<E>, O> = {},
): (event: E, context: C) => Promise<R | LambdaRefusal> {
  checkVerifier(verifier, 'authenticate');
  if (typeof handler !== 'function') throw new TypeError('authenticate must be given a handler');
  const names = ['requires', 'requiresAny', 'log', 'optional'] as const;
  const { log, optional: given } = readOwnOptions(options, names, 'authenticate');
  checkFunction('log', log);
  const optional = checkOptional(given);
  const check = checkRequired<P, E>(options);
  return async (event, context) => {
    try {
      const access = await authenticateRequest(verifier, authorizationOf(event), optional);
      await check(access, event);
      return await handler(event, access as AccessOf<P, O>, context);
    } catch (error) {
      const { status, headers, body } = refuse(error, log, event);
      return {
        statusCode: status,
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      };
    }
  };
}
