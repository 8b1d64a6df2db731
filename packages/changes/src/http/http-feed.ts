/** The feed of a hub: server-sent events, or plain answers that are asked for again and again. */
import type { ChangeFeed, ChangePosition } from '@claimgen/verifier/changes';
import { createParser } from 'eventsource-parser';
import { ChangesError } from '../errors.ts';
import { HEARTBEAT } from '../log.ts';
import { Wake, within } from '../wake.ts';
import { chunks, parseJson } from './chunks.ts';
import { formatPosition } from './position.ts';
import { checkSecrets } from './secret.ts';

export interface HttpFeedOptions {
  /** What the hub was given. Never logged. */
  readonly secret: string;
  /** Seconds between two questions, in place of one answer that goes on: for runtimes and proxies that end long answers. */
  readonly poll?: number;
  /** By default the runtime's. */
  readonly fetch?: typeof fetch;
  /** Allows `http:` to other machines: whoever can read the network reads the secret. */
  readonly insecure?: boolean;
}

/** Milliseconds that a hub may take to begin its answer. */
const ANSWER = 5000;
/** Milliseconds without a byte after which the connection is given up: three heartbeats. */
const SILENCE = 3 * HEARTBEAT;
/** Bytes of one event or answer. A frame has at most a thousand records. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * The changes that a hub serves at `url`. Throws a TypeError for options that can't work.
 *
 * @example
 * const feed = openHttpFeed('https://changes.acme.example/changes', { secret: process.env.CHANGES_SECRET });
 */
export function openHttpFeed(url: string | URL, options: HttpFeedOptions): ChangeFeed {
  const target = new URL(url);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(target.hostname);
  if (
    target.protocol !== 'https:' &&
    !(target.protocol === 'http:' && (isLocal || options.insecure === true))
  ) {
    throw new TypeError('the URL of a hub must begin with https:, or insecure must be set');
  }
  const [secret = ''] = checkSecrets(options.secret, 'secret');
  const { poll } = options;
  if (poll !== undefined && !(typeof poll === 'number' && poll >= 1 && poll <= 86_400))
    throw new TypeError('poll must be a number of seconds from 1 to 86,400');
  const ask = (after: ChangePosition | undefined, accept: string, signal: AbortSignal) =>
    request(options.fetch ?? fetch, target, { after, accept, secret, signal });
  return {
    read: (after, signal) =>
      poll === undefined ? stream(ask, after, signal) : pollAgain(ask, after, signal, poll * 1000),
  };
}

type Ask = (after: ChangePosition | undefined, accept: string, signal: AbortSignal) => Promise<Response>;

async function* stream(
  ask: Ask,
  after: ChangePosition | undefined,
  signal: AbortSignal,
): AsyncGenerator<unknown, void> {
  const body = await ask(after, 'text/event-stream', signal);
  if (!(body.headers.get('content-type') ?? '').startsWith('text/event-stream'))
    throw refused('it does not answer with events');
  const frames: unknown[] = [];
  const parser = createParser({ onEvent: ({ data }) => frames.push(parseJson(data)) });
  let size = 0;
  for await (const text of chunks(body, SILENCE, signal)) {
    size += text.length;
    parser.feed(text);
    if (frames.length > 0) size = 0;
    if (size > MAX_BYTES) throw refused('it sends an event without end');
    yield* frames.splice(0);
  }
}

async function* pollAgain(
  ask: Ask,
  after: ChangePosition | undefined,
  signal: AbortSignal,
  pause: number,
): AsyncGenerator<unknown, void> {
  let position = after;
  const wake = new Wake();
  while (!signal.aborted) {
    const response = await ask(position, 'application/json', signal);
    let text = '';
    for await (const chunk of chunks(response, SILENCE, signal)) {
      text += chunk;
      if (text.length > 8 * MAX_BYTES) throw refused('it sends an answer without end');
    }
    const answer = parseJson(text);
    const frames =
      typeof answer === 'object' && answer !== null && 'frames' in answer ? answer.frames : undefined;
    if (!Array.isArray(frames)) throw refused('it does not answer with frames');
    for (const frame of frames) {
      yield frame;
      const { epoch, to } = (frame ?? {}) as Partial<ChangePosition>;
      if (typeof epoch === 'string' && typeof to === 'string' && to !== '') position = { epoch, to };
    }
    await wake.wait(pause, signal);
  }
}

async function request(
  fetcher: typeof fetch,
  url: URL,
  {
    after,
    accept,
    secret,
    signal,
  }: { after: ChangePosition | undefined; accept: string; secret: string; signal: AbortSignal },
): Promise<Response> {
  const headers = new Headers({ accept, authorization: `Bearer ${secret}`, 'cache-control': 'no-cache' });
  if (after !== undefined) headers.set('last-event-id', formatPosition(after));
  // A redirect would send the secret elsewhere.
  const asking = fetcher(url, { headers, signal, redirect: 'error' });
  const response = await within(ANSWER, asking, () => new Error('the hub does not answer')).catch(
    (error: unknown) => {
      asking.then((late) => late.body?.cancel()).catch(() => {});
      throw new ChangesError(
        'log_unavailable',
        'the hub is not reached',
        'Check its URL and the network',
        error,
      );
    },
  );
  if (response.status === 200) return response;
  await response.body?.cancel();
  if (response.status === 503) {
    throw new ChangesError('log_unavailable', "the hub can't read its log", 'Look at the log of the hub');
  }
  throw refused(`it answers with status ${response.status}`);
}

function refused(what: string): ChangesError {
  return new ChangesError('feed_refused', `the hub can't be used: ${what}`, 'Check its URL and the secret');
}
