/** A token request as HTTP has it, read and checked: RFC 6749, section 4.4.2. */
import { type Credentials, takeCredentials } from './credentials.ts';
import { invalidRequest, TokenCacheError } from './errors.ts';
import { readParameters, type TokenParameters } from './parameters.ts';
import { BodyTooLarge, BodyTooSlow, readBody } from './request-body.ts';

/** Bytes. */
const MAX_BODY = 16_384;
/** Milliseconds. */
const DEADLINE = 10_000;
/** By these, the token would be bound to its sender: RFC 9449, section 5, and Auth0's headers for client certificates. */
const BINDING_HEADERS = ['dpop', 'client-certificate', 'client-certificate-ca-verified'];
/** What the issuer has to see of a request that is passed on. */
const PASSED_HEADERS = [...BINDING_HEADERS, 'authorization', 'content-type', 'cname-api-key'];

export interface TokenRequest {
  readonly parameters: TokenParameters;
  readonly credentials: Credentials;
  /** It asks for a token that only its sender may use: never from the cache. */
  readonly isBound: boolean;
  /** For passing it on. */
  readonly headers: Headers;
  readonly body: string;
}

/** @throws TokenCacheError */
export async function readTokenRequest(request: Request): Promise<TokenRequest> {
  if (request.method !== 'POST') throw invalidRequest('the method must be POST', 405);
  if (new URL(request.url).search !== '')
    throw invalidRequest('parameters must be in the body, not in the URL, which logs keep');
  const encoding = request.headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') throw invalidRequest('the body must not be compressed');
  const body = await bodyOf(request);
  const parameters = readParameters(body, request.headers.get('content-type'));
  const grantType = parameters.get('grant_type');
  if (grantType === undefined) throw invalidRequest('grant_type is missing');
  if (grantType !== 'client_credentials')
    throw new TokenCacheError('unsupported_grant_type', 400, {
      error: 'unsupported_grant_type',
      error_description: 'only client_credentials is answered here: ask the issuer for other grants',
    });
  const credentials = takeCredentials(parameters, request.headers.get('authorization'));
  const headers = new Headers();
  for (const name of PASSED_HEADERS) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const isBound = BINDING_HEADERS.some((name) => request.headers.has(name));
  return { parameters, credentials, isBound, headers, body };
}

async function bodyOf(request: Request): Promise<string> {
  try {
    return await readBody(request, MAX_BODY, DEADLINE);
  } catch (error) {
    if (error instanceof BodyTooLarge)
      throw invalidRequest(`the body must have ${MAX_BODY} bytes at most`, 413);
    if (error instanceof BodyTooSlow) throw invalidRequest('the body did not come in time', 408);
    throw invalidRequest('the body must be text in UTF-8, and whole');
  }
}
