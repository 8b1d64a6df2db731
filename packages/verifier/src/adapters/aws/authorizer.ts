// Lambda authorizers of API Gateway's REST, HTTP and WebSocket APIs.
import type { Access } from '../../access.ts';
import { authenticateHeader } from '../../bearer.ts';
import type { VerifierError } from '../../errors.ts';
import { isVerifierError } from '../../errors.ts';
import { checkFunction, readOwnOptions } from '../../own-options.ts';
import { checkVerifier, refuse, toFault } from '../../refuse.ts';
import { checkRequired } from '../../required-of.ts';
import type { Verifier } from '../../verifier.ts';
import type { EventHeaders } from './events.ts';
import { authorizationOf } from './events.ts';
import type { AuthorizerContext, PolicyResponse, SimpleResponse } from './policy.ts';
import { policy } from './policy.ts';

/** The event of a Lambda authorizer, of a REST, HTTP or WebSocket API. */
export interface AuthorizerEvent extends EventHeaders {
  readonly type?: string;
  readonly version?: string;
  /** With type TOKEN. */
  readonly authorizationToken?: string;
  readonly methodArn?: string;
  readonly routeArn?: string;
}

/**
 * Permissions only, and no condition: API Gateway keeps the answer, for other requests with the same token, for as long
 * as its `authorizerResultTtlInSeconds` says.
 */
export interface AuthorizerOptions<P extends string> {
  /** A permission, or an array of them, of which all must be granted. */
  readonly requires?: P | readonly P[];
  /** Permissions of which one must be granted. */
  readonly requiresAny?: readonly P[];
  /** What the integration finds in `requestContext.authorizer`; by default `{subject}`. */
  readonly context?: (access: Access<P>) => AuthorizerContext;
  /** By default `simple` for an HTTP API with payload format 2.0, and `policy` for the others. */
  readonly response?: 'simple' | 'policy';
  readonly log?: (error: VerifierError, event: AuthorizerEvent) => void;
}

/**
 * A Lambda authorizer: a good token is allowed on all routes of the stage, one without the permission is denied (403),
 * and for others it throws "Unauthorized", which API Gateway answers with 401. Where the key set can't be fetched it
 * throws that error, which is a 500.
 *
 * @example
 * export const handler = createAuthorizer(verifier, { requires: 'orders:read' });
 */
export function createAuthorizer<P extends string>(
  verifier: Verifier<P>,
  options: AuthorizerOptions<NoInfer<P>> = {},
): (event: AuthorizerEvent) => Promise<PolicyResponse | SimpleResponse> {
  checkVerifier(verifier, 'createAuthorizer');
  const names = ['requires', 'requiresAny', 'context', 'response', 'log'] as const;
  const { context = subjectOnly, response, log } = readOwnOptions(options, names, 'createAuthorizer');
  checkFunction('log', log);
  checkFunction('context', context);
  if (response !== undefined && response !== 'simple' && response !== 'policy')
    throw new TypeError('response must be "simple" or "policy"');
  if ([options.requires].flat().some((each) => typeof each === 'function' || typeof each === 'object'))
    throw new TypeError(
      'an authorizer can require permissions only: API Gateway keeps its answer for other requests',
    );
  const check = checkRequired<P, AuthorizerEvent>(options);
  return async (event) => {
    const answer = (access: Access<P>, allowed: boolean): PolicyResponse | SimpleResponse => {
      const told = allowed ? context(access) : {};
      return (response ?? (event.version === '2.0' ? 'simple' : 'policy')) === 'simple'
        ? { isAuthorized: allowed, context: told }
        : policy(event.methodArn ?? event.routeArn, access.subject, allowed, told);
    };
    try {
      const header = event.type === 'TOKEN' ? event.authorizationToken : authorizationOf(event);
      const access = await authenticateHeader(verifier, header);
      try {
        check(access, event);
      } catch (error) {
        refuse(error, log, event);
        return answer(access, false);
      }
      return answer(access, true);
    } catch (error) {
      if (!isVerifierError(error)) throw toFault(error);
      refuse(error, log, event);
      // The only message that API Gateway answers with a 401.
      throw error.status === 503 ? error : new Error('Unauthorized', { cause: error });
    }
  };
}

function subjectOnly({ subject }: Access): AuthorizerContext {
  return { subject };
}
