// What is read of a Lambda function's event for proofs of possession.
import type { RequestParts } from '../../proofs/request-parts.ts';
import { checkHost } from '../../proofs/request-parts.ts';
import type { EventHeaders } from './events.ts';
import { headerValues } from './events.ts';

/**
 * REST APIs and load balancers (`httpMethod`), HTTP APIs and function URLs (`requestContext.http`).
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
interface ProxyEvent extends EventHeaders {
  readonly httpMethod?: string;
  readonly path?: string;
  readonly rawPath?: string;
  readonly requestContext?: {
    readonly domainName?: string;
    readonly path?: string;
    readonly http?: { readonly method?: string };
    readonly identity?: { readonly clientCert?: ClientCertificate | null } | null;
    readonly authentication?: { readonly clientCert?: ClientCertificate | null } | null;
  };
}

interface ClientCertificate {
  readonly clientCertPem?: string;
}

/**
 * Of API Gateway and function URLs, which tell the domain. A load balancer does not: there the option `url` is needed. Of
 * REST APIs the path with the stage, or the base path of the custom domain; HTTP APIs leave that base path out.
 */
export const eventParts: RequestParts<EventHeaders> = {
  carrier: (event) => event,
  method: ({ httpMethod, requestContext }: ProxyEvent) => requestContext?.http?.method ?? httpMethod,
  header: headerValues,
  origin({ requestContext }: ProxyEvent) {
    const { domainName } = requestContext ?? {};
    if (domainName === undefined)
      throw new TypeError('the option url is required: the event does not tell the domain of the API');
    return `https://${checkHost(domainName)}`;
  },
  path: ({ rawPath, path, requestContext }: ProxyEvent) => rawPath ?? requestContext?.path ?? path,
  certificate({ requestContext }: ProxyEvent) {
    const { authentication, identity } = requestContext ?? {};
    return (authentication?.clientCert ?? identity?.clientCert)?.clientCertPem;
  },
};
