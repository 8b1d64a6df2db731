// What the client asked the proxy for. Proxies tell it in headers of their own; Envoy passes the request on as it is.
import type { RequestParts } from '../proofs/request-parts.ts';

/** Whose question it is: nginx `auth_request`, Traefik `ForwardAuth`, Envoy `ext_authz` over HTTP. */
export type ProxyKind = 'nginx' | 'traefik' | 'envoy';

export interface OriginalRequest {
  readonly method: string;
  /** Without the query, as the client sent it. */
  readonly path: string;
}

/** Nginx has the names that its recipe sets; Traefik's are fixed. */
const HEADERS: Readonly<Record<Exclude<ProxyKind, 'envoy'>, readonly [method: string, target: string]>> = {
  nginx: ['x-original-method', 'x-original-uri'],
  traefik: ['x-forwarded-method', 'x-forwarded-uri'],
};
/** Frameworks and servers that heed one of these run another handler than the request's method and path say. */
const OVERRIDES = [
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
  'x-original-url',
  'x-rewrite-url',
] as const;

/**
 * The same in a query: `_method` of Laravel, Symfony and Express's method-override. PHP takes a dot for the underscore as well, and ends a name
 * at a bracket or NUL.
 */
const OVERRIDE_PARAMETER = /^\s*(?:[_.]method|x-http-method(?:-override)?|x-method-override)(?:[\0[]|$)/i;

/**
 * Reads the original request; undefined where the proxy does not say, or where two readers could understand it differently. `query`: that of
 * the question, which is the client's with Envoy.
 */
export function originalRequest<R>(
  request: R,
  proxy: ProxyKind,
  parts: RequestParts<R>,
  query: string,
): OriginalRequest | undefined {
  const said = (name: string) => parts.header(request, name);
  if (OVERRIDES.some((name) => said(name).length > 0)) return undefined;
  const [methods, targets] =
    proxy === 'envoy'
      ? [[parts.method(request)], [parts.path(request)]]
      : HEADERS[proxy].map((name) => said(name));
  const [method, target] = [only(methods), only(targets)];
  if (method === undefined || target === undefined || !/^[A-Z]+$/.test(method)) return undefined;
  const [path = '', own = ''] = target.split(/\?(.*)/s, 2);
  if (overridesMethod(proxy === 'envoy' ? query : own)) return undefined;
  return isPlainPath(path) ? { method, path } : undefined;
}

/** Some servers take a semicolon for what separates parameters. */
function overridesMethod(query: string): boolean {
  const names = new URLSearchParams(query.replaceAll(';', '&')).keys();
  return [...names].some((name) => OVERRIDE_PARAMETER.test(name));
}

function only(values: readonly unknown[] | undefined): string | undefined {
  const [value, ...others] = values ?? [];
  return typeof value === 'string' && others.length === 0 ? value : undefined;
}

/**
 * Whether every server splits the path into the same segments: no dot segments, empty segments, encoded slashes or dots, parameters
 * (`;`), backslashes, NUL, or bytes that should have been encoded (RFC 3986, section 3.3).
 */
function isPlainPath(path: string): boolean {
  if (!/^\/(?:[\w\-.~!$&'()*+,=:@/]|%[\dA-Fa-f]{2})*$/.test(path)) return false;
  if (/%(?:2f|5c|2e|3b|25|00)/i.test(path)) return false;
  return !/\/(?:\/|\.{1,2}(?:\/|$))/.test(path);
}
