// What a Lambda authorizer answers, by the kind of API.

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html */
export interface PolicyResponse {
  readonly principalId: string;
  readonly policyDocument: {
    readonly Version: '2012-10-17';
    readonly Statement: readonly [
      { readonly Action: 'execute-api:Invoke'; readonly Effect: 'Allow' | 'Deny'; readonly Resource: string },
    ];
  };
  readonly context: AuthorizerContext;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html */
export interface SimpleResponse {
  readonly isAuthorized: boolean;
  readonly context: AuthorizerContext;
}

/** What the integration is told in `requestContext.authorizer`: API Gateway passes on nothing else. */
export type AuthorizerContext = Readonly<Record<string, string | number | boolean>>;

/**
 * The policy for all routes of the API's stage. API Gateway keeps an answer for other routes, too, so one for the
 * route that was asked for would deny the others.
 */
export function policy(
  arn: unknown,
  principalId: string,
  allowed: boolean,
  context: AuthorizerContext,
): PolicyResponse {
  const stage =
    typeof arn === 'string'
      ? /^(arn:[\w-]+:execute-api:[\w-]*:\d*:\w+\/[\w$-]+)\//.exec(arn)?.[1]
      : undefined;
  if (stage === undefined)
    throw new TypeError('the event of an authorizer must have a methodArn or a routeArn');
  const Effect = allowed ? 'Allow' : 'Deny';
  return {
    principalId,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect, Resource: `${stage}/*` }],
    },
    context,
  };
}
