import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** An Action as a tenant stores it. */
export interface StoredAction {
  readonly id: string;
  readonly name: string;
  readonly code: string;
  readonly runtime?: string;
  readonly secrets?: readonly { readonly name: string; readonly value: string }[];
  readonly supported_triggers: readonly { readonly id: string; readonly version: string }[];
  readonly dependencies?: readonly unknown[];
  /** The code that logins run: what it was at the last deploy. */
  deployedCode?: string;
}

/** A tenant that remembers what the Management API is told: Actions and the bindings of triggers. */
export interface Tenant {
  /** Host and port, as AUTH0_DOMAIN has it. */
  readonly domain: string;
  /** A PEM file, for NODE_EXTRA_CA_CERTS. */
  readonly certificate: string;
  readonly actions: Map<string, StoredAction>;
  /** By trigger, the names of the Actions in their order. */
  readonly bindings: Map<string, readonly string[]>;
  /** Each request that changed something, as `METHOD path`. */
  readonly changes: readonly string[];
  /** Adds an Action as somebody else made it, deployed and bound. */
  has(name: string, code: string, trigger: string): void;
}

const token = 'stand-in-token';
/** What the API takes in an Action's body; anything else is refused, as there. */
const actionKeys = ['name', 'supported_triggers', 'code', 'dependencies', 'runtime', 'secrets', 'modules'];

/** Starts a tenant's Management API over HTTPS on loopback. It ends with the test. */
export async function startTenant(): Promise<Tenant> {
  const folder = mkdtempSync(join(tmpdir(), 'claimgen-tenant-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-keyout', key, '-out', certificate];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      ...subject,
      ...files,
    ],
    { stdio: 'ignore' },
  );
  const state: State = { actions: new Map(), bindings: new Map(), changes: [], ids: 0 };
  const server = createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (request, response) => {
      answer(state, request).then(
        ({ status, body }) => send(response, status, body),
        (error: unknown) => send(response, 500, { statusCode: 500, message: String(error) }),
      );
    },
  );
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true });
  });
  return {
    domain: `localhost:${(server.address() as AddressInfo).port}`,
    certificate,
    ...state,
    has(name, code, trigger) {
      const id = `act_${name}`;
      const supported = [{ id: trigger, version: 'v3' }];
      state.actions.set(id, { id, name, code, supported_triggers: supported, deployedCode: code });
      state.bindings.set(trigger, [...(state.bindings.get(trigger) ?? []), name]);
    },
  };
}

/** The variables under which auth0-deploy-cli reaches a tenant. */
export function variablesFor({ domain, certificate }: Tenant): Record<string, string> {
  return { AUTH0_DOMAIN: domain, AUTH0_ACCESS_TOKEN: token, NODE_EXTRA_CA_CERTS: certificate };
}

interface State {
  readonly actions: Map<string, StoredAction>;
  readonly bindings: Map<string, readonly string[]>;
  readonly changes: string[];
  ids: number;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

async function answer(state: State, request: IncomingMessage): Promise<Answer> {
  const { method = 'GET' } = request;
  const { pathname } = new URL(request.url ?? '/', 'https://localhost');
  if (request.headers.authorization !== `Bearer ${token}`) return { status: 401, body: { statusCode: 401 } };
  if (method !== 'GET') state.changes.push(`${method} ${pathname}`);
  const path = pathname.replace(/^\/api\/v2\/actions/, '');
  if (path === '/actions')
    return method === 'GET' ? listActions(state) : createAction(state, await json(request));
  const [, id, deploy] = /^\/actions\/([^/]+)(\/deploy)?$/.exec(path) ?? [];
  const action = state.actions.get(decodeURIComponent(id ?? ''));
  if (id !== undefined && action === undefined) return { status: 404, body: { statusCode: 404 } };
  if (action !== undefined) return changeAction(state, action, method, deploy !== undefined, request);
  if (path === '/triggers')
    return { status: 200, body: { triggers: [{ id: 'post-login', version: 'v3', status: 'CURRENT' }] } };
  const [, trigger] = /^\/triggers\/([^/]+)\/bindings$/.exec(path) ?? [];
  if (trigger !== undefined) {
    return method === 'GET' ? listBindings(state, trigger) : bind(state, trigger, await json(request));
  }
  if (path === '/modules') return { status: 200, body: { modules: [], total: 0 } };
  return { status: 404, body: { statusCode: 404, message: pathname } };
}

function listActions({ actions }: State): Answer {
  const list = [...actions.values()].map(({ deployedCode: _, secrets, ...action }) => ({
    ...action,
    secrets: secrets?.map(({ name }) => ({ name })) ?? [],
    all_changes_deployed: true,
  }));
  return { status: 200, body: { actions: list, total: list.length, page: 0, per_page: 100 } };
}

function bodyProblem(body: object): string | undefined {
  const unknown = Object.keys(body).find((key) => !actionKeys.includes(key));
  if (unknown !== undefined) return `Additional properties not allowed: ${unknown}`;
  if ('name' in body && (typeof body.name !== 'string' || body.name === '')) return 'name';
  return undefined;
}

function createAction(state: State, body: unknown): Answer {
  const problem = bodyProblem(body as object) ?? ('name' in (body as object) ? undefined : 'name');
  if (problem !== undefined) return { status: 400, body: { statusCode: 400, message: problem } };
  state.ids += 1;
  const action = { ...(body as StoredAction), id: `act_new${state.ids}` };
  state.actions.set(action.id, action);
  return { status: 201, body: action };
}

async function changeAction(
  state: State,
  action: StoredAction,
  method: string,
  deploy: boolean,
  request: IncomingMessage,
): Promise<Answer> {
  if (deploy) {
    action.deployedCode = action.code;
    return { status: 202, body: { id: 'ver_1', action, deployed: true } };
  }
  if (method === 'DELETE') {
    state.actions.delete(action.id);
    // With force, as auth0-deploy-cli asks, the bindings go, too.
    for (const [trigger, names] of state.bindings) {
      state.bindings.set(
        trigger,
        names.filter((name) => name !== action.name),
      );
    }
    return { status: 204 };
  }
  if (method !== 'PATCH') return { status: 200, body: action };
  const body = (await json(request)) as object;
  const problem = bodyProblem(body);
  if (problem !== undefined) return { status: 400, body: { statusCode: 400, message: problem } };
  const changed = { ...action, ...body };
  state.actions.set(action.id, changed);
  return { status: 200, body: changed };
}

function listBindings({ actions, bindings }: State, trigger: string): Answer {
  const list = (bindings.get(trigger) ?? []).map((name) => ({
    id: `bin_${name}`,
    trigger_id: trigger,
    display_name: name,
    action: [...actions.values()].find((action) => action.name === name),
  }));
  return { status: 200, body: { bindings: list, total: list.length, page: 0, per_page: 100 } };
}

/** The list replaces the one before; it may name only Actions that are deployed. */
function bind(state: State, trigger: string, body: unknown): Answer {
  const { bindings } = body as { readonly bindings: readonly { readonly ref: { readonly value: string } }[] };
  const names = bindings.map(({ ref }) => ref.value);
  const known = [...state.actions.values()].filter(({ deployedCode }) => deployedCode !== undefined);
  const missing = names.find((name) => !known.some((action) => action.name === name));
  if (missing !== undefined) {
    return { status: 400, body: { statusCode: 400, message: `No deployed action is named ${missing}` } };
  }
  state.bindings.set(trigger, names);
  return listBindings(state, trigger);
}
