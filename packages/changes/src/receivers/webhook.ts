/** Receivers of Auth0's webhooks, as routes of a hub. */
import { checkSecrets, hasSecret } from '../http/secret.ts';
import type { Route } from '../hub/hub.ts';
import type { ChangeLog } from '../log.ts';
import type { Change } from '../publish.ts';
import { ANYTHING } from './changes-of.ts';
import { changesOfEvent } from './cloud-event.ts';
import { changesOfLog, dated } from './log-entry.ts';
import { PacedPublisher } from './paced-publisher.ts';
import { readPayload } from './payload.ts';
import type { TenantNames } from './tenant-names.ts';
import { NameIndex } from './tenant-names.ts';

export interface ReceiverOptions {
  /** Where changes are published. */
  readonly log: Pick<ChangeLog, 'append'>;
  readonly names: TenantNames;
  /** Seconds between two changes of everything for everyone, each of which makes every user refresh. By default 60. */
  readonly pace?: number;
  /** Returns the time, by default the system's. */
  readonly clock?: () => Date;
}

export interface WebhookOptions extends ReceiverOptions {
  /** The path that Auth0 is given, such as `/auth0/logs`. */
  readonly path: string;
  /** What Auth0 sends as its authorization token: at least 16 characters; several while one replaces another. */
  readonly secret: string | readonly string[];
}

/** Bytes; what is longer can't be read, so it is read as anything. */
const MAX_BODY = 1024 * 1024;

/**
 * Receives a tenant's log stream (a custom webhook, in any of its three formats). Only entries that change permissions count.
 *
 * @example
 * createHub({ feed: log, secret, routes: [receiveLogStream({ path: '/auth0/logs', secret: logSecret, log, names })] });
 */
export function receiveLogStream(options: WebhookOptions): Route {
  const index = new NameIndex(options.names);
  return receive(options, (body, now) =>
    readPayload(body).flatMap((entry) => changesOfLog(entry, index, now)),
  );
}

/** Receives an event stream, of which each request has one event. */
export function receiveEventStream(options: WebhookOptions): Route {
  const index = new NameIndex(options.names);
  return receive(options, (body, now) =>
    readPayload(body).flatMap((event) => changesOfEvent(event, index, now)),
  );
}

/**
 * Answers 2xx when everything is durable, and 5xx when it can't be: after a 4xx Auth0 never tries again. What has the secret
 * and can't be read is relevant: it becomes the widest change, and is done with.
 */
function receive(options: WebhookOptions, read: (body: string, now: number) => readonly Change[]): Route {
  const { path } = options;
  const secrets = checkSecrets(options.secret, 'secret');
  const publisher = new PacedPublisher(options.log, options);
  const answer = async (request: Request): Promise<Response> => {
    if (!hasSecret(request.headers.get('authorization'), secrets))
      return status(401, { 'www-authenticate': 'Bearer' });
    let body: string | undefined;
    try {
      body = await readBody(request);
    } catch {
      // Whoever sent it has gone, and sends it again: nothing is wrong with the log.
      return status(503, { 'retry-after': '5' });
    }
    const now = publisher.now();
    const changes =
      body === undefined ? dated(ANYTHING, undefined, now, 'a body that is too long') : read(body, now);
    try {
      await publisher.publish(changes);
      return status(204);
    } catch {
      return status(503, { 'retry-after': '5' });
    }
  };
  return (request, url) => (url.pathname === path && request.method === 'POST' ? answer(request) : undefined);
}

/** Undefined where it is too long. */
async function readBody(request: Request): Promise<string | undefined> {
  const reader = request.body?.getReader();
  if (reader === undefined) return '';
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    // Read to its end all the same: a sender that is cut off gets no answer, and tries again for ever.
    if (size <= MAX_BODY) parts.push(value);
    if (size > 64 * MAX_BODY) {
      await reader.cancel();
      break;
    }
  }
  return size > MAX_BODY ? undefined : Buffer.concat(parts).toString('utf8');
}

function status(code: number, headers: Record<string, string> = {}): Response {
  return new Response(null, { status: code, headers: { 'cache-control': 'no-store', ...headers } });
}
