/** Who asks: the client's id and its way of authenticating (RFC 6749, section 2.3; RFC 7523, section 2.2). */
import { decodeJwt } from 'jose';
import { invalidRequest } from './errors.ts';

/** A client with its secret, by the header or in the body. */
export interface SecretCredentials {
  readonly method: 'client_secret_basic' | 'client_secret_post';
  readonly clientId: string;
  readonly secret: string;
}

/** A client with a signed assertion in place of a secret. */
export interface AssertionCredentials {
  readonly method: 'private_key_jwt';
  readonly clientId: string;
  readonly assertion: string;
}

/** A client that authenticates by what a proxy doesn't see, such as its certificate. */
export interface OtherCredentials {
  readonly method: 'other';
  readonly clientId: string;
}

export type Credentials = SecretCredentials | AssertionCredentials | OtherCredentials;

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * Takes the credentials out of a request's parameters, so that what is left is what is asked for.
 * @throws TokenCacheError
 */
export function takeCredentials(parameters: Map<string, string>, authorization: string | null): Credentials {
  const taken = (name: string): string | undefined => {
    const value = parameters.get(name);
    parameters.delete(name);
    return value;
  };
  const clientId = taken('client_id');
  const secret = taken('client_secret');
  const assertion = taken('client_assertion');
  const type = taken('client_assertion_type');
  if (type !== undefined && assertion === undefined) throw invalidRequest('client_assertion is missing');
  const basic = authorization === null ? undefined : readBasic(authorization);
  if ([secret, assertion, basic].filter((way) => way !== undefined).length > 1)
    throw invalidRequest('a client must not authenticate in more than one way');
  if (basic !== undefined) {
    if (clientId !== undefined && clientId !== basic.clientId)
      throw invalidRequest('client_id must be the one of the Authorization header');
    return { method: 'client_secret_basic', ...basic };
  }
  if (assertion !== undefined) {
    if (type !== ASSERTION_TYPE) throw invalidRequest(`client_assertion_type must be ${ASSERTION_TYPE}`);
    return { method: 'private_key_jwt', clientId: subjectOf(assertion, clientId), assertion };
  }
  if (clientId === undefined) throw invalidRequest('client_id is missing');
  return secret === undefined
    ? { method: 'other', clientId }
    : { method: 'client_secret_post', clientId, secret };
}

/** Both parts are form-encoded within the Base64: RFC 6749, section 2.3.1. */
function readBasic(header: string): { readonly clientId: string; readonly secret: string } {
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/iu.exec(header.trim())?.[1];
  const pair = encoded === undefined ? undefined : fromBase64(encoded);
  const colon = pair?.indexOf(':') ?? -1;
  if (pair === undefined || colon < 0)
    throw invalidRequest('the Authorization header must be Basic with id and secret');
  const [clientId, secret] = [pair.slice(0, colon), pair.slice(colon + 1)].map(formDecode);
  if (!clientId || !secret) throw invalidRequest('the Authorization header has no id or no secret');
  return { clientId, secret };
}

/** The header for credentials: the same for all that mean the same. */
export function basicHeader({ clientId, secret }: SecretCredentials): string {
  const bytes = new TextEncoder().encode(`${formEncode(clientId)}:${formEncode(secret)}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

function fromBase64(text: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalidRequest('id and secret in the Authorization header must be form-encoded');
  }
}

function formEncode(text: string): string {
  return new URLSearchParams({ v: text }).toString().slice(2);
}

/** Whose the assertion says that it is: nothing is proven by it yet. */
function subjectOf(assertion: string, clientId: string | undefined): string {
  let sub: unknown;
  try {
    ({ sub } = decodeJwt(assertion));
  } catch {
    throw invalidRequest('client_assertion must be a JWT');
  }
  if (typeof sub !== 'string' || sub === '' || (clientId !== undefined && clientId !== sub))
    throw invalidRequest('the "sub" claim of client_assertion must be the client\'s id');
  return sub;
}
