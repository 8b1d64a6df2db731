// Which permissions a request needs, by method and path.
import type { OriginalRequest } from './original-request.ts';

/**
 * The first route that fits a request counts; a request that none fits is refused. One that is spelled in another way than the route needs
 * what later routes ask for as well, up to the first that fits it as it is spelled.
 */
export interface Route {
  /** `GET` (which HEAD is, too), several of them, or `*` for all. */
  readonly method: string | readonly string[];
  /** `/orders/:id`: `:name` is any one segment, `*` at the end any further ones. Letter case and a slash at the end don't count. */
  readonly path: string;
  /** All are needed; none asks for a good token only. */
  readonly permissions: readonly string[];
  /** The key of the verifier; needed where there are several. */
  readonly api?: string;
  /** Lets everybody pass, without a token: health checks, and CORS preflights (`OPTIONS`). */
  readonly public?: boolean;
}

/** A route that was checked. */
export interface CompiledRoute extends Pick<Route, 'permissions' | 'api'> {
  readonly isPublic: boolean;
  /** As the most lenient server would: letter case, encoding and a slash at the end don't count. */
  matches(request: OriginalRequest): boolean;
  /** Whether the strictest server would say so, too. Asked only of a route that matches. */
  isSpelledAs(path: string): boolean;
}

/** Throws a TypeError that says which route is wrong. */
export function compileRoute(route: Route, number: number): CompiledRoute {
  const wrong = (what: string) => new TypeError(`routes[${number}]${what}`);
  if (typeof route !== 'object' || route === null) throw wrong(' must be {method, path, permissions}');
  const { method, path, permissions, api, public: isPublic = false } = route;
  const unknown = Object.keys(route).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw wrong(`.${unknown} is not a property of a route`);
  const methods = [method].flat();
  if (
    methods.length === 0 ||
    !methods.every((each) => typeof each === 'string' && /^(?:[A-Z]+|\*)$/.test(each))
  )
    throw wrong('.method must be a method in capitals, an array of them, or *');
  if (typeof path !== 'string' || !/^\/(?:[^/*?#%;\\]+\/)*(?:[^/*?#%;\\]+|\*)?$/.test(path))
    throw wrong('.path must begin with /, and may have :name for a segment and * at its end');
  if (typeof isPublic !== 'boolean') throw wrong('.public must be true or false');
  if (!Array.isArray(permissions) || !permissions.every((name) => typeof name === 'string' && name !== ''))
    throw wrong('.permissions must be an array of names');
  if (isPublic && permissions.length > 0)
    throw wrong(' is public and has permissions: it can only be one of both');
  if (api !== undefined && typeof api !== 'string') throw wrong('.api must be the key of a verifier');
  const pattern = segmentsOf(path);
  const isOpen = pattern.at(-1) === '*';
  const spelled = path
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .split('/')
    .map(encodeURI);
  return {
    permissions,
    isPublic,
    ...(api !== undefined && { api }),
    matches(request) {
      if (!methods.includes('*') && !methods.includes(request.method)) {
        if (request.method !== 'HEAD' || !methods.includes('GET')) return false;
      }
      const segments = segmentsOf(request.path);
      if (isOpen ? segments.length < pattern.length : segments.length !== pattern.length) return false;
      return pattern.every((each, at) => isWildcard(each) || each === segments[at]);
    },
    isSpelledAs(requested) {
      // The digits of an encoding are the same in any case (RFC 3986, section 2.1).
      const segments = requested.replace(/%../g, (code) => code.toUpperCase()).split('/');
      // To a server that minds a slash at the end, nothing comes after it for the star to be.
      if (isOpen ? segments.at(-1) === '' : segments.length !== spelled.length) return false;
      return spelled.every((each, at) => isWildcard(each) || each === segments[at]);
    },
  };
}

function isWildcard(segment: string): boolean {
  return segment === '*' || segment.startsWith(':');
}

/**
 * The routes that servers may take a request for: of those that match, all up to the first that is spelled so. Which of them it is depends on
 * whether a server minds letter case, encoding and a slash at the end.
 */
export function routesOf(
  request: OriginalRequest | undefined,
  routes: readonly CompiledRoute[],
): readonly CompiledRoute[] {
  if (request === undefined) return [];
  const matching = routes.filter((route) => route.matches(request));
  const exact = matching.findIndex((route) => route.isSpelledAs(request.path));
  return exact < 0 ? matching : matching.slice(0, exact + 1);
}

const NAMES = ['method', 'path', 'permissions', 'api', 'public'];

/** Decoded, in small letters: what a server that minds neither would take for the same. */
function segmentsOf(path: string): readonly string[] {
  return path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decoded);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment).toLowerCase();
  } catch {
    // Not UTF-8: no pattern has it.
    return segment;
  }
}
