import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ManagementApi, respond, Tenant } from '@claimgen/simulator/management-api/index';
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
  /** No longer takes the tokens that it has issued. */
  expireTokens(): void;
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
  const permissions = Object.entries(held).flatMap(([resource_server_identifier, names]) =>
    names.map((permission_name) => ({ permission_name, resource_server_identifier })),
  );
  const tenant = new Tenant();
  tenant.know(() => ({ permissions, roles: [] }));
  const api = new ManagementApi({ tenant });
  api.onExchange = ({ request: { path, body } }) => {
    if (path === '/oauth/token') credentials.push(body);
  };
  const server = createServer((request, response) => {
    const index = requests.push(`${request.method} ${request.url}`) - 1;
    const ordinary = () => {
      respond(api, request, response).catch(() => response.destroy());
    };
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
    expireTokens: () => api.tokens.expireAll(),
    close,
  };
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
