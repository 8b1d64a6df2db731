// What adapters read of a request for proofs of possession, framework by framework. No header of a proxy is among it.
import { VerifierError } from '../errors.ts';
import { parseUrl } from '../parse-url.ts';

/** How a framework's requests are read. */
export interface RequestParts<R> {
  /** An object that belongs to this request and no other. */
  readonly carrier: (request: R) => object;
  readonly method: (request: R) => unknown;
  /** The values of a header, each on its own where the framework can tell. */
  readonly header: (request: R, name: string) => readonly string[];
  /** Scheme and host. Throws where they can't be told. */
  readonly origin: (request: R) => string;
  /** The path, as it was sent. */
  readonly path: (request: R) => unknown;
  /** Of the connection; undefined without mutual TLS. */
  readonly certificate: (request: R) => Uint8Array | string | undefined;
}

/** What there is of a request in Node's servers and the frameworks on them. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** Express and Fastify: before it was rewritten. */
  readonly originalUrl?: string | undefined;
  readonly headers?: { readonly [name: string]: string | string[] | undefined };
  readonly rawHeaders?: readonly string[];
  /** A TLSSocket with TLS. */
  readonly socket?: object | null;
  /** Fastify: Node's own. */
  readonly raw?: NodeRequest;
}

interface TlsSocket {
  readonly encrypted?: boolean;
  getPeerCertificate?(detailed: boolean): { readonly raw?: Uint8Array } | null;
}

const socketOf = (request: NodeRequest): TlsSocket => plain(request).socket ?? {};

const plain = (request: NodeRequest): NodeRequest => request.raw ?? request;

/** node:http, Express, Fastify, and NestJS on either. */
export const nodeParts: RequestParts<NodeRequest> = {
  carrier: plain,
  method: (request) => plain(request).method,
  header(request, name) {
    const { rawHeaders, headers = {} } = plain(request);
    // Of several Authorization headers, Node keeps the first in `headers`.
    if (rawHeaders === undefined) return [headers[name] ?? []].flat();
    return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
  },
  origin(request) {
    const { headers = {} } = plain(request);
    return `${socketOf(request).encrypted === true ? 'https' : 'http'}://${checkHost(headers[':authority'] ?? headers['host'])}`;
  },
  path: (request) => request.originalUrl ?? plain(request).originalUrl ?? plain(request).url,
  certificate: (request) => socketOf(request).getPeerCertificate?.(false)?.raw,
};

/** What there is of a request in Hono, on whichever runtime. */
export interface FetchContext {
  readonly req: { readonly raw: Request };
  /** With @hono/node-server, Node's request. */
  readonly env?: unknown;
}

/** Requests of the Fetch API: the values of a header are joined there, and two of them are no proof and no token. */
export const fetchParts: RequestParts<FetchContext> = {
  carrier: ({ req }) => req.raw,
  method: ({ req }) => req.raw.method,
  header: ({ req }, name) => [req.raw.headers.get(name) ?? []].flat(),
  origin: ({ req }) => urlOf(req.raw).origin,
  path: ({ req }) => urlOf(req.raw).pathname,
  certificate: ({ env }) => {
    const { incoming } = Object(env ?? {}) as { readonly incoming?: NodeRequest };
    return incoming === undefined ? undefined : nodeParts.certificate(incoming);
  },
};

/** Requests of the Fetch API without a framework. */
export const requestParts: RequestParts<Request> = {
  carrier: (request) => request,
  method: (request) => request.method,
  header: (raw, name) => fetchParts.header({ req: { raw } }, name),
  origin: (raw) => fetchParts.origin({ req: { raw } }),
  path: (raw) => fetchParts.path({ req: { raw } }),
  certificate: () => undefined,
};

/** Servers may make it of the Host header, without a check. */
function urlOf({ url }: Request): URL {
  const parsed = parseUrl(url);
  if (parsed !== undefined) return parsed;
  throw new VerifierError('request_malformed', 'Host and target of the request must make a URL');
}

/** RFC 3986, section 3.2.2, without what has to be percent-encoded. */
const HOST = /^(?:[\w.~-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** Throws `request_malformed` for a Host header that would be more of a URL than its host. */
export function checkHost(host: unknown): string {
  if (typeof host === 'string' && HOST.test(host)) return host;
  throw new VerifierError('request_malformed', 'The Host header must be a host and, if need be, a port');
}
