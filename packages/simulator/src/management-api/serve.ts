// The stand-in on a loopback port, over HTTPS with a certificate that is given to it, or over HTTP.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import type { ApiAnswer, ApiRequest } from './answer.ts';
import type { ManagementApi } from './management-api.ts';

export interface ServeOptions {
  /** PEM; without it, plain HTTP. */
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer };
  /** A free one by default. */
  readonly port?: number;
  /** `localhost` by default. */
  readonly host?: string;
  /** Real milliseconds for so many of the stand-in's clock. */
  readonly real?: (ms: number) => number;
}

export interface ServedApi {
  readonly origin: string;
  /** Host and port, as AUTH0_DOMAIN has it. */
  readonly domain: string;
  close(): Promise<void>;
}

/** Serves a Management API until it is closed. */
export async function serveManagementApi(api: ManagementApi, options: ServeOptions = {}): Promise<ServedApi> {
  const { tls, port = 0, host = 'localhost', real = (ms) => ms } = options;
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    respond(api, request, response, real).catch(() => response.destroy());
  };
  const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  const domain = `${host}:${(server.address() as AddressInfo).port}`;
  const origin = `${tls === undefined ? 'http' : 'https'}://${domain}`;
  api.origin = origin;
  return { origin, domain, close: () => stop(server) };
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Answers one request of a server, as {@link serveManagementApi} does. */
export async function respond(
  api: ManagementApi,
  request: IncomingMessage,
  response: ServerResponse,
  real: (ms: number) => number = (ms) => ms,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'https://localhost');
  if (pathname.startsWith('/exports/')) return sendExport(api, response);
  const { authorization } = request.headers;
  const body = readBody(await text(request), request.headers['content-type']);
  const asked: ApiRequest = {
    method: request.method ?? 'GET',
    path: pathname,
    query: searchParams,
    authorization,
    body,
  };
  const answer =
    body === MALFORMED
      ? { status: 400, body: { statusCode: 400, message: 'Invalid JSON' } }
      : api.handle(asked);
  const wait = real(answer.delay ?? 0);
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait).unref());
  send(answer, response, api.now());
}

const MALFORMED = Symbol('malformed');

function readBody(body: string, type: string | undefined): unknown {
  if (body === '') return undefined;
  if (type?.startsWith('application/x-www-form-urlencoded') === true)
    return Object.fromEntries(new URLSearchParams(body));
  try {
    return JSON.parse(body);
  } catch {
    return MALFORMED;
  }
}

function send(
  { status, body, headers = {}, breakage }: ApiAnswer,
  response: ServerResponse,
  now: number,
): void {
  if (breakage === 'silent') return;
  if (breakage === 'cut') {
    response.destroy();
    return;
  }
  const type = typeof body === 'string' ? 'text/html' : 'application/json';
  const sent = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': type,
    ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(sent) }),
    // The clock may be faster than the machine's.
    date: new Date(now).toUTCString(),
    ...headers,
  });
  if (breakage === 'half') response.write(sent.slice(0, sent.length / 2), () => response.destroy());
  else response.end(sent);
}

/** The file of a users export: gzipped NDJSON, a user a line. */
function sendExport(api: ManagementApi, response: ServerResponse): void {
  const lines = [...api.tenant.users].map(([user_id, { profile }]) =>
    JSON.stringify({ user_id, ...profile }),
  );
  const file = gzipSync(`${lines.join('\n')}\n`);
  response
    .writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': file.length })
    .end(file);
}
