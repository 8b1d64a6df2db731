// Answers GET <path>/permissions and GET <path>/changes, for user interfaces. Opt-in: an API that wants them passes requests here.
import type { Access } from '../access.ts';
import { readAdapterOptions } from '../authentication.ts';
import type { VerifierError } from '../errors.ts';
import { readOwnOptions } from '../own-options.ts';
import { noAnswerFor } from '../permission-state.ts';
import type { ProofOptions } from '../proofs/described-request.ts';
import type { NodeRequest } from '../proofs/request-parts.ts';
import { nodeParts, requestParts } from '../proofs/request-parts.ts';
import { checkVerifier, refuse } from '../refuse.ts';
import { fail } from '../require-permission.ts';
import { longest, staleError } from '../stale.ts';
import type { Verifier } from '../verifier.ts';
import type { Answer } from './answer.ts';
import { changesStream } from './changes-stream.ts';
import type { NodeResponse } from './node-listener.ts';
import { answerNode } from './node-listener.ts';
import { ownPermissions } from './own-permissions.ts';

/** `url` and `certificate` are for tokens that are bound to their sender, as the adapters have them. */
export interface MeOptions extends ProofOptions<NodeRequest | Request> {
  /** Where both lie, as requests have it: by default `/me`. */
  readonly path?: string;
  /** Called for every request that is refused. Nothing of it reaches the client. */
  readonly log?: (error: VerifierError) => void;
}

/** Both routes, for every framework. */
export interface Me {
  /** For frameworks with web-standard requests, such as Hono. Other paths are answered with 404. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** For node:http and what is built on it: Express, NestJS, Fastify's raw requests. Other requests are `next`'s, or answered with 404. */
  readonly listener: (request: NodeRequest, response: NodeResponse, next?: (error?: unknown) => void) => void;
}

/**
 * Makes both routes of an API. Throws a TypeError for options that can't work.
 *
 * @example
 * const me = serveMe(verifier);
 * app.use(me.listener);                                  // Express, NestJS
 * app.get('/me/*', (context) => me.fetch(context.req.raw)); // Hono
 */
export function serveMe(verifier: Verifier, options: MeOptions = {}): Me {
  checkVerifier(verifier, 'serveMe');
  const { path: base = '/me', ...own } = readOwnOptions(
    options,
    ['path', 'log', 'url', 'certificate'],
    'serveMe',
  );
  const node = readAdapterOptions<string, NodeRequest, typeof own>(verifier, own, 'serveMe', nodeParts);
  const web = readAdapterOptions<string, Request, typeof own>(verifier, own, 'serveMe', requestParts);
  if (typeof base !== 'string' || !/^\/[^?#]*[^/?#]$/.test(base))
    throw new TypeError('path must begin with / and not end with it');
  const routes = new Map<string, Route>([
    [`${base}/permissions`, 'permissions'],
    [`${base}/changes`, 'changes'],
  ]);
  const answer = async (
    route: Route,
    query: string,
    authenticate: () => Access | Promise<Access> | undefined,
    signal: AbortSignal,
  ): Promise<Answer> => {
    try {
      const access = (await authenticate()) as Access;
      if (route === 'permissions') {
        demandFresh(access, new URLSearchParams(query).getAll('fresh'));
        return json(200, ownPermissions(access));
      }
      const body = changesStream(access, signal);
      return body === undefined ? json(404, { error: 'not_found' }) : { status: 200, headers: STREAM, body };
    } catch (error) {
      const { status, headers, body } = refuse(error, own.log, undefined, node.challenger);
      return json(status, body, headers);
    }
  };
  return {
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const route = routes.get(pathname);
      if (route === undefined) return toResponse(json(404, { error: 'not_found' }));
      if (request.method !== 'GET') return toResponse(NOT_ALLOWED);
      const authenticate = () => web.authenticate(request, request.headers.get('authorization'));
      return toResponse(await answer(route, search, authenticate, request.signal));
    },
    listener(request, response, next) {
      const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s, 2);
      const route = routes.get(path);
      const isOurs = route !== undefined && (request.method === 'GET' || next === undefined);
      if (!isOurs && next !== undefined) return next();
      const answering = async (signal: AbortSignal): Promise<Answer> => {
        if (route === undefined) return json(404, { error: 'not_found' });
        if (request.method !== 'GET') return NOT_ALLOWED;
        const authorization = request.headers?.['authorization'] as string | undefined;
        return answer(route, query, () => node.authenticate(request, authorization), signal);
      };
      void answerNode(answering, response, next);
    },
  };
}

/** Throws `token_stale` where one of these permissions has changed since the token was issued. */
function demandFresh(access: Access, names: readonly string[]): void {
  const answers = names.map((name) => noAnswerFor(access, name)).filter((answer) => answer !== undefined);
  const answer = longest(answers);
  if (answer !== undefined) fail(access, staleError(answer));
}

type Route = 'permissions' | 'changes';

const STREAM = {
  'content-type': 'text/event-stream',
  // Nothing on the way may gather what is sent, to compress it or otherwise.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

function json(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Answer {
  const own = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { status, headers: { ...own, ...headers }, body: JSON.stringify(body) };
}

const NOT_ALLOWED: Answer = json(405, { error: 'method_not_allowed' }, { allow: 'GET' });

function toResponse({ status, headers, body }: Answer): Response {
  if (typeof body === 'string') return new Response(body, { status, headers });
  const encoder = new TextEncoder();
  // Pulled, so that a reader that is slow is sent less often, not more at once.
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await body.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      async cancel() {
        await body.return();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(stream, { status, headers });
}
