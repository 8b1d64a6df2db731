import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { ORDERS } from './built-action.ts';

/** How one request is answered out of the ordinary. */
export type Misbehaviour = (response: ServerResponse, ordinary: () => void) => void;

/** A Management API of one user on a real socket, which misbehaves as a test says. */
export interface ScriptedApi {
  /** `origins` of the host, under which the Action reaches it. */
  readonly origins: Readonly<Record<string, string>>;
  /** What was asked, in order: `POST /oauth/token`, `GET /api/v2/...`. */
  readonly requests: string[];
  /** The bodies of the requests for a token. */
  readonly credentials: unknown[];
  /** The tokens that it takes; every one it issues is added. */
  readonly tokens: Set<string>;
  close(): Promise<void>;
}

export interface ApiScript {
  /** What the user holds, by API identifier. */
  readonly held?: Readonly<Record<string, readonly string[]>>;
  /** The misbehaviour for the nth request, from 0; undefined for an ordinary answer. */
  readonly misbehave?: (index: number, request: IncomingMessage) => Misbehaviour | undefined;
}

export const DOMAIN = 'acme.eu.auth0.com';
export const SECRETS: Readonly<Record<string, string>> = {
  CLAIMGEN_CLIENT_ID: 'client-0123456789',
  CLAIMGEN_CLIENT_SECRET: 'secret-do-not-tell',
};

export async function scriptApi({
  held = { [ORDERS]: ['orders:read', 'orders:audit'] },
  misbehave = () => undefined,
}: ApiScript = {}): Promise<ScriptedApi> {
  const requests: string[] = [];
  const credentials: unknown[] = [];
  const tokens = new Set<string>();
  const server = createServer((request, response) => {
    const index = requests.push(`${request.method} ${request.url}`) - 1;
    const ordinary = () => answer(request, response, { held, credentials, tokens });
    const misbehaviour = misbehave(index, request);
    if (misbehaviour === undefined) ordinary();
    else misbehaviour(response, ordinary);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => stop(server);
  onTestFinished(close);
  return {
    origins: { [`https://${DOMAIN}`]: `http://127.0.0.1:${port}` },
    requests,
    credentials,
    tokens,
    close,
  };
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

interface State {
  readonly held: Readonly<Record<string, readonly string[]>>;
  readonly credentials: unknown[];
  readonly tokens: Set<string>;
}

function answer(request: IncomingMessage, response: ServerResponse, state: State): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const send = (code: number, value: unknown) =>
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  if (url.pathname === '/oauth/token') {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      state.credentials.push(JSON.parse(text));
      const token = `management-token-${state.credentials.length}`;
      state.tokens.add(token);
      send(200, { access_token: token, token_type: 'Bearer', expires_in: 86_400 });
    });
    return;
  }
  if (!state.tokens.has(request.headers.authorization?.replace('Bearer ', '') ?? '')) {
    send(401, { error: 'Unauthorized' });
    return;
  }
  const api = url.searchParams.get('resource_server_identifier') ?? '';
  const names = state.held[api] ?? [];
  const start = Number(url.searchParams.get('from') ?? 0);
  const end = start + Number(url.searchParams.get('take'));
  const permissions = names.slice(start, end).map((name) => ({
    permission_name: name,
    resource_server_identifier: api,
    sources: ['direct'],
  }));
  send(200, end < names.length ? { permissions, next: String(end) } : { permissions });
}
