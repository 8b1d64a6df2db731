/** The parameters of a token request, from a form (RFC 6749, section 4.4.2) or from JSON, which Auth0 reads as well. */
import { invalidRequest } from './errors.ts';

/** By name. None is empty: those are as if they were left out (RFC 6749, section 3.1). */
export type TokenParameters = ReadonlyMap<string, string>;

/**
 * Reads a body of one of the two types.
 * @throws TokenCacheError
 */
export function readParameters(body: string, contentType: string | null): Map<string, string> {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/x-www-form-urlencoded') return distinct([...new URLSearchParams(body)]);
  if (type === 'application/json') return distinct(jsonEntries(body));
  throw invalidRequest('the body must be application/x-www-form-urlencoded or application/json');
}

/** A parameter that is there twice could be one thing here and another for the issuer: RFC 6749, section 3.2, forbids it. */
function distinct(entries: readonly (readonly [string, string])[]): Map<string, string> {
  const parameters = new Map(entries);
  if (parameters.size !== entries.length)
    throw invalidRequest('a parameter must not be in the request more than once');
  return new Map([...parameters].filter(([, value]) => value !== ''));
}

function jsonEntries(body: string): (readonly [string, string])[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw invalidRequest('the body is not JSON, although its type says so');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidRequest('the body must be a JSON object');
  const entries = Object.entries(value).map(([name, member]: [string, unknown]): [string, string] => {
    if (typeof member !== 'string') throw invalidRequest('the members of the JSON object must be strings');
    return [name, member];
  });
  // JSON.parse keeps the last of two members of one name. All members are strings: two strings each, and no others.
  const strings = body.match(/"(?:[^"\\]|\\.)*"/gsu) ?? [];
  if (strings.length !== entries.length * 2)
    throw invalidRequest('a parameter must not be in the request more than once');
  return entries;
}
