import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { type ManagementFault, slowness } from './management-fault.ts';

/** A permission that a user holds, as the Management API names it. */
export interface HeldPermission {
  readonly permission_name: string;
  readonly resource_server_identifier: string;
}

/** What the stand-in knows of one user, whatever the organization: the API doesn't ask for one. */
export interface ManagementUser {
  readonly permissions: readonly HeldPermission[];
  /** Names. */
  readonly roles: readonly string[];
}

/** The user of an id; undefined where there is none. */
export type UserLookup = (id: string) => ManagementUser | undefined;

/** A Management API on loopback: a real server that knows the users it is told of. */
export interface ManagementApi {
  /** Where it listens; with the fault `down`, where nothing does. */
  readonly origin: string;
  /** Replaces what is known of users, asked by id at each request. */
  know(userOf: UserLookup): void;
  close(): Promise<void>;
}

const accessToken = 'simulated-management-token';
/** Entries of a page where the request asks for none, and at most (https://auth0.com/docs/api/management/v2). */
const defaultPage = 50;
const maxPage = 100;

/** Starts a Management API in place of the tenant's, with one thing wrong with it. */
export async function startManagementApi(fault?: ManagementFault): Promise<ManagementApi> {
  let userOf: UserLookup = () => undefined;
  const refused = new Set<string | undefined>();
  const server = createServer((request, response) => {
    const answer = (): void => {
      if (fault === 'silent') return;
      const over = fault === '429-once' && refused.has(request.url);
      refused.add(request.url);
      serve(request, response, userOf, over ? undefined : fault).catch(() => response.destroy());
    };
    if (fault === 'slow') setTimeout(answer, slowness).unref();
    else answer();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (fault === 'down') await stop(server);
  return {
    origin,
    know(lookup) {
      userOf = lookup;
    },
    close: () => stop(server),
  };
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  userOf: UserLookup,
  fault: ManagementFault | undefined,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (fault === '429' || fault === '429-bare' || fault === '429-once') {
    // A request that is refused once may come again at once.
    const wait = fault === '429-once' ? 0 : 1;
    const headers = {
      'retry-after': String(wait),
      'x-ratelimit-limit': '10',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Math.ceil(Date.now() / 1_000) + wait),
    };
    return send(response, 429, problem(429, 'Too Many Requests'), fault === '429-bare' ? {} : headers);
  }
  if (fault === '500') return send(response, 500, problem(500, 'Internal Server Error'));
  if (fault === 'garbage') {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>It works!</body></html>');
    return;
  }
  if (pathname === '/oauth/token') return issueToken(request, response);
  if (request.headers.authorization !== `Bearer ${accessToken}` || fault === 'expired-token') {
    return send(response, 401, problem(401, 'Unauthorized'));
  }
  if (fault === 'forbidden') return send(response, 403, problem(403, 'Forbidden'));
  const [, id = '', collection = ''] = /^\/api\/v2\/users\/([^/]+)\/([a-z-]+)$/u.exec(pathname) ?? [];
  const user = userOf(decodeURIComponent(id));
  const answer = user === undefined ? undefined : answerFor(user, collection, searchParams);
  if (answer === undefined) return send(response, 404, problem(404, 'Not Found'));
  if (fault === 'wrong-shape') return send(response, 200, { permissions: 'orders:read', next: 7 });
  if (fault === 'empty-page') {
    const key = Array.isArray(answer) ? undefined : 'permissions';
    return send(response, 200, key === undefined ? [] : { [key]: [], next: 'more', total: 1_000 });
  }
  if (fault === 'half-page') return breakOff(response, JSON.stringify(answer));
  return send(response, 200, answer);
}

function problem(statusCode: number, error: string): object {
  return { statusCode, error, message: error, errorCode: error.toLowerCase().replaceAll(' ', '_') };
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Announces the whole text and sends half of it. */
function breakOff(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.write(body.slice(0, body.length / 2), () => response.destroy());
}

/** The client credentials grant: RFC 6749, section 4.4. */
async function issueToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const isJson = request.headers['content-type']?.startsWith('application/json') === true;
  const sent: unknown = isJson
    ? await json(request)
    : Object.fromEntries(new URLSearchParams(await text(request)));
  const complete = ['grant_type', 'client_id', 'client_secret', 'audience'].every(
    (name) => typeof Object(sent)[name] === 'string',
  );
  if (request.method !== 'POST' || !complete || Object(sent).grant_type !== 'client_credentials') {
    return send(response, 403, { error: 'access_denied', error_description: 'Unauthorized' });
  }
  send(response, 200, { access_token: accessToken, token_type: 'Bearer', expires_in: 86_400 });
}

function answerFor(user: ManagementUser, collection: string, query: URLSearchParams): unknown {
  const api = query.get('resource_server_identifier');
  if (collection === 'effective-permissions') {
    if (api === null) return undefined;
    const held = user.permissions.filter((permission) => permission.resource_server_identifier === api);
    const start = Number(query.get('from') ?? 0);
    const end = start + pageSize(query.get('take'));
    const page = held.slice(start, end).map((permission) => ({ ...permission, sources: ['roles'] }));
    return end < held.length ? { permissions: page, next: String(end) } : { permissions: page };
  }
  const list = collection === 'permissions' ? user.permissions : undefined;
  const found = collection === 'roles' ? user.roles.map((name) => ({ name })) : list;
  if (found === undefined) return undefined;
  const size = pageSize(query.get('per_page'));
  const start = Number(query.get('page') ?? 0) * size;
  const page = found.slice(start, start + size);
  return query.get('include_totals') === 'true'
    ? { start, limit: size, total: found.length, [collection]: page }
    : page;
}

function pageSize(asked: string | null): number {
  return Math.min(maxPage, Number(asked ?? defaultPage));
}
