// Answers a proxy's question whether a request may go on to an API that can't verify tokens by itself.
import { authenticateHeader } from '../bearer.ts';
import { isVerifierError, VerifierError } from '../errors.ts';
import { challengerOf } from '../header-lookup.ts';
import type { Answer } from '../me/answer.ts';
import type { NodeResponse } from '../me/node-listener.ts';
import { answerNode } from '../me/node-listener.ts';
import { checkFunction, checkNumber, readOwnOptions } from '../own-options.ts';
import type { NodeRequest, RequestParts } from '../proofs/request-parts.ts';
import { nodeParts, requestParts } from '../proofs/request-parts.ts';
import { checkVerifier, refuse } from '../refuse.ts';
import { requireAllPermissions } from '../require-permission.ts';
import type { Verifier } from '../verifier.ts';
import type { PermissionsFormat } from './grant-headers.ts';
import { GrantHeaders } from './grant-headers.ts';
import type { OriginalRequest, ProxyKind } from './original-request.ts';
import { originalRequest } from './original-request.ts';
import type { CompiledRoute, Route } from './route.ts';
import { compileRoute, routesOf } from './route.ts';

export interface GatewayOptions {
  /** The verifier of each API, by a key that routes and the query name. */
  readonly verifiers: Readonly<Record<string, Verifier>>;
  /** Without them the proxy's own configuration says what is needed: `?api=orders&permission=orders:read`. */
  readonly routes?: readonly Route[];
  /** Default: `nginx`. */
  readonly proxy?: ProxyKind;
  /** How `X-Permissions` is written. Default: `names`. */
  readonly permissions?: PermissionsFormat;
  /** Bytes that `X-Permissions` may have. Default: 3072, as proxies have buffers of 4 KB. */
  readonly maxHeaderBytes?: number;
  /** Told of every request that is refused. Nothing of it reaches the client. */
  readonly log?: (error: VerifierError) => void;
}

/** The same answers for both kinds of servers. */
export interface Gateway {
  /** For Envoy only with its `normalize_path`: the URL of a Request has no dot segments left that could be refused. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** For node:http. */
  readonly listener: (request: NodeRequest, response: NodeResponse) => void;
}

const OPTIONS = ['verifiers', 'routes', 'proxy', 'permissions', 'maxHeaderBytes', 'log'] as const;
const PROXIES: readonly unknown[] = ['nginx', 'traefik', 'envoy'] satisfies readonly ProxyKind[];
const FORMATS: readonly unknown[] = ['names', 'json'] satisfies readonly PermissionsFormat[];

/** What a request needs. */
interface Needed {
  readonly api: string;
  readonly permissions: readonly string[];
}

/**
 * Makes the gateway. 204 with `X-Subject` and `X-Permissions` lets a request pass; 401 and 403 are those of the adapters.
 * Throws a TypeError for options that can't work.
 *
 * @example
 * const gateway = createGateway({
 *   verifiers: { orders: createVerifier({ issuer, layout: orders }) },
 *   routes: [{ method: 'GET', path: '/orders/:id', permissions: ['orders:read'] }],
 * });
 * createServer(gateway.listener).listen(4180, '127.0.0.1');
 */
export function createGateway(options: GatewayOptions): Gateway {
  const {
    verifiers,
    routes,
    proxy = 'nginx',
    permissions: format = 'names',
    maxHeaderBytes = 3072,
    log,
  } = readOwnOptions(options, OPTIONS, 'createGateway');
  if (!PROXIES.includes(proxy)) throw new TypeError('proxy must be "nginx", "traefik" or "envoy"');
  if (!FORMATS.includes(format)) throw new TypeError('permissions must be "names" or "json"');
  checkNumber('maxHeaderBytes', maxHeaderBytes, { least: 0, most: 65_536, whole: true });
  checkFunction('log', log);
  const apis = checkVerifiers(verifiers);
  if (proxy === 'envoy' && routes === undefined)
    throw new TypeError("routes are required for envoy, whose query is the client's");
  const compiled = routes === undefined ? undefined : compileRoutes(routes, apis);
  const [onlyApi] = apis.keys();
  const headers = new GrantHeaders(format, maxHeaderBytes);

  function neededOf(request: OriginalRequest | undefined, query: string): Needed | undefined {
    if (compiled === undefined) return neededByQuery(query, apis);
    const found = routesOf(request, compiled);
    if (found.length === 0)
      throw new VerifierError('insufficient_scope', 'No route of the gateway fits the request');
    const guarded = found.filter(({ isPublic }) => !isPublic);
    const [api, ...others] = new Set(guarded.map((route) => route.api ?? (onlyApi as string)));
    if (others.length > 0)
      throw new VerifierError('insufficient_scope', "The request's spelling fits routes of several APIs");
    const permissions = new Set(guarded.flatMap((route) => route.permissions));
    return api === undefined ? undefined : { api, permissions: [...permissions] };
  }

  async function grant(authorization: readonly string[], { api, permissions }: Needed): Promise<Answer> {
    const [header, ...others] = authorization;
    if (others.length > 0)
      throw new VerifierError('request_malformed', 'The request must have one Authorization header only');
    const access = await authenticateHeader(apis.get(api) as Verifier, header);
    requireAllPermissions(access, permissions);
    return {
      status: 204,
      headers: headers.of(access),
      body: '',
    };
  }

  function refused(error: unknown): Answer {
    if (!isVerifierError(error)) {
      console.error(error);
      return { status: 500, headers: { ...NO_STORE, ...JSON_BODY }, body: '{"error":"server_error"}' };
    }
    const { status, headers, body } = refuse(error, log, undefined);
    // nginx hands on 401 and 403; everything else is a fault to it.
    const told = status === 400 && proxy === 'nginx' ? 401 : status;
    return { status: told, headers: { ...headers, ...JSON_BODY }, body: JSON.stringify(body) };
  }

  async function answer<R>(request: R, query: string, parts: RequestParts<R>): Promise<Answer> {
    try {
      const needed = neededOf(originalRequest(request, proxy, parts, query), query);
      if (needed === undefined) return { status: 204, headers: headers.ofNobody, body: '' };
      return await grant(parts.header(request, 'authorization'), needed);
    } catch (error) {
      return refused(error);
    }
  }

  return {
    async fetch(request) {
      const { status, headers, body } = await answer(request, new URL(request.url).search, requestParts);
      return new Response(status === 204 ? null : (body as string), { status, headers });
    },
    listener(request, response) {
      const [, query = ''] = (request.url ?? '').split(/\?(.*)/s, 2);
      void answerNode(() => answer(request, query, nodeParts), response, undefined);
    },
  };
}

const NO_STORE = { 'cache-control': 'no-store' };
const JSON_BODY = { 'content-type': 'application/json' };

function checkVerifiers(verifiers: unknown): ReadonlyMap<string, Verifier> {
  const apis = new Map<string, Verifier>(Object.entries(verifiers ?? {}));
  if (apis.size === 0) throw new TypeError('verifiers must have the verifier of an API');
  for (const [key, verifier] of apis) {
    checkVerifier(verifier, `verifiers.${key}`);
    if (challengerOf(verifier) !== undefined)
      throw new TypeError(
        `verifiers.${key} must not verify proofs of possession: they are made for the proxy's URL, which is not known here`,
      );
  }
  return apis;
}

function compileRoutes(
  routes: readonly Route[],
  apis: ReadonlyMap<string, unknown>,
): readonly CompiledRoute[] {
  if (!Array.isArray(routes)) throw new TypeError('routes must be an array');
  const compiled = routes.map(compileRoute);
  for (const [number, { api, isPublic }] of compiled.entries()) {
    if (api === undefined ? apis.size > 1 && !isPublic : !apis.has(api))
      throw new TypeError(`routes[${number}].api must be one of ${[...apis.keys()].join(', ')}`);
  }
  return compiled;
}

/** What the proxy's own configuration asks for. Throws where it asks for nothing: a misspelt parameter must not let everybody pass. */
function neededByQuery(query: string, apis: ReadonlyMap<string, unknown>): Needed {
  const parameters = new URLSearchParams(query);
  const unknown = [...parameters.keys()].find((name) => name !== 'api' && name !== 'permission');
  const permissions = parameters.getAll('permission').filter((name) => name !== '');
  const [api = apis.size === 1 ? [...apis.keys()][0] : undefined, ...others] = parameters.getAll('api');
  if (
    unknown !== undefined ||
    permissions.length === 0 ||
    api === undefined ||
    others.length > 0 ||
    !apis.has(api)
  )
    throw new Error(
      "the proxy must ask for ?permission=<name>, and for one of the gateway's APIs by ?api=<key> where there are several",
    );
  return { api, permissions };
}
