// URLs as `htu` is compared with that of the request: RFC 9449, section 4.3.
import { parseUrl } from '../parse-url.ts';

/** RFC 3986, section 2.3. */
const UNRESERVED = /[\w.~-]/;

/**
 * An http or https URL after syntax-based and scheme-based normalisation (RFC 3986, sections 6.2.2 and 6.2.3), without
 * credentials, query and fragment. Undefined for what is none.
 */
export function normalUrl(url: unknown): string | undefined {
  // The parser forgives whitespace, backslashes and missing slashes, and two URLs would be one.
  if (typeof url !== 'string' || !/^https?:\/\/[^/\\]/i.test(url) || /[\s\\\p{Cc}]/u.test(url))
    return undefined;
  const parsed = parseUrl(url);
  if (parsed === undefined) return undefined;
  const { protocol, host, pathname } = parsed;
  const path = pathname.replace(/%[0-9a-f]{2}/gi, (escaped) => {
    const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return UNRESERVED.test(character) ? character : escaped.toUpperCase();
  });
  return `${protocol}//${host}${path}`;
}
