// Lambda functions behind API Gateway (REST and HTTP APIs), function URLs and load balancers, and Lambda authorizers.
import type { AdapterOptions } from '../authentication.ts';
import { readAdapterOptions } from '../authentication.ts';
import type { AccessOf } from '../optional-access.ts';
import { refuse } from '../refuse.ts';
import type { RequiredOf } from '../required-of.ts';
import { checkRequired } from '../required-of.ts';
import type { Verifier } from '../verifier.ts';
import { eventParts } from './aws/event-parts.ts';
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
  extends AdapterOptions<E, E, O>,
    RequiredOf<P, E> {}

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
  const read = readAdapterOptions<P, E, typeof options>(verifier, options, 'authenticate', eventParts, [
    'requires',
    'requiresAny',
  ]);
  if (typeof handler !== 'function') throw new TypeError('authenticate must be given a handler');
  const check = checkRequired<P, E>(options);
  return async (event, context) => {
    try {
      const access = await read.authenticate(event, authorizationOf(event));
      await check(access, event);
      return await handler(event, access as AccessOf<P, O>, context);
    } catch (error) {
      const { status, headers, body } = refuse(error, read.own.log, event, read.challenger);
      return {
        statusCode: status,
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      };
    }
  };
}
