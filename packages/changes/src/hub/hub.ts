/** Serves a log to other networks, as a handler of web-standard requests. */
import type { ChangeFeed, ChangeFrame, ChangePosition } from '@claimgen/verifier/changes';
import { readFrame, tell } from '@claimgen/verifier/changes';
import { formatPosition, parsePosition } from '../http/position.ts';
import { checkSecrets, hasSecret } from '../http/secret.ts';
import { HEARTBEAT } from '../log.ts';
import { Wake } from '../wake.ts';
import { FrameStore } from './store.ts';

/** Answers one kind of requests; undefined for those of others. */
export type Route = (request: Request, url: URL) => Promise<Response> | undefined;

export interface HubOptions {
  /** The log that is served. */
  readonly feed: ChangeFeed;
  /** What readers have to know: at least 16 characters; several while one replaces another. */
  readonly secret: string | readonly string[];
  /** Receivers of Auth0's events, by `receive…`. */
  readonly routes?: readonly Route[];
  /** Called when the log can't be read, and for faults. Nothing of it reaches clients. */
  readonly log?: (error: unknown) => void;
}

export interface Hub {
  /** Answers `GET /changes`, `GET /health` and what the routes answer; never rejects. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Ends every answer and stops reading the log. */
  close(): void;
}

/** Milliseconds after which readers that ask are told that the log can't be read. */
const STALE = 3 * HEARTBEAT;
const PAUSE = 500;

/**
 * A hub. Throws a TypeError for options that can't work.
 *
 * @example
 * const hub = createHub({ feed: openValkeyLog(client, { key }), secret: process.env.CHANGES_SECRET });
 * createServer(toListener(hub.fetch)).listen(8080);
 */
export function createHub(options: HubOptions): Hub {
  return new ServingHub(options);
}

class ServingHub implements Hub {
  readonly #secrets: readonly string[];
  readonly #routes: readonly Route[];
  readonly #log: HubOptions['log'];
  readonly #store = new FrameStore();
  readonly #wake = new Wake();
  readonly #stop = new AbortController();
  #readAt = Number.NEGATIVE_INFINITY;
  /** The bytes of the last frames, which a thousand readers get. */
  #encoded: WeakMap<ChangeFrame, Uint8Array> = new WeakMap();

  constructor({ feed, secret, routes = [], log }: HubOptions) {
    this.#secrets = checkSecrets(secret, 'secret');
    this.#routes = routes;
    this.#log = log;
    void this.#follow(feed);
  }

  readonly fetch = async (request: Request): Promise<Response> => {
    try {
      const url = new URL(request.url);
      if (url.pathname === '/health') return this.#health();
      if (url.pathname === '/changes') return this.#changes(request);
      for (const route of this.#routes) {
        const response = route(request, url);
        if (response !== undefined) return await response;
      }
      return answer(404);
    } catch (error) {
      tell(this.#log, error);
      return answer(500);
    }
  };

  close(): void {
    this.#stop.abort();
    this.#wake.call();
  }

  #health(): Response {
    return answer(this.#isLive() ? 200 : 503);
  }

  #changes(request: Request): Response {
    if (request.method !== 'GET') return answer(405, { allow: 'GET' });
    if (!hasSecret(request.headers.get('authorization'), this.#secrets)) {
      return answer(401, { 'www-authenticate': 'Bearer' });
    }
    if (!this.#isLive()) return answer(503, { 'retry-after': '1' });
    const position = parsePosition(request.headers.get('last-event-id'));
    const isStream = (request.headers.get('accept') ?? '').includes('text/event-stream');
    return isStream ? this.#stream(position, request.signal) : this.#poll(position);
  }

  #poll(position: ChangePosition | undefined): Response {
    const frames = [...this.#store.after(position), this.#store.heartbeat()].filter(
      (frame) => frame !== undefined,
    );
    return Response.json({ frames }, { headers: { 'cache-control': 'no-store' } });
  }

  #stream(position: ChangePosition | undefined, signal: AbortSignal): Response {
    const frames = this.#frames(position, signal);
    // Pulled, so that a reader that is slow is sent less often, not more at once.
    const body = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const { done, value } = await frames.next();
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: async () => {
          await frames.return();
        },
      },
      { highWaterMark: 0 },
    );
    return new Response(body, {
      headers: {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      },
    });
  }

  async *#frames(
    after: ChangePosition | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    let position = after;
    let sent = 0;
    while (!this.#stop.signal.aborted && !signal.aborted) {
      for (const frame of this.#store.after(position)) {
        yield this.#encode(frame);
        if (frame.to !== '') position = { epoch: frame.epoch, to: frame.to };
        sent = Math.max(sent, frame.now);
      }
      const { last } = this.#store;
      const isBehind =
        last !== undefined && !(last.position.epoch === position?.epoch && last.position.to === position.to);
      if (isBehind) continue;
      const beat = this.#store.heartbeat();
      if (beat !== undefined && beat.now > sent) {
        sent = beat.now;
        yield this.#encode(beat);
      }
      await this.#wake.wait(HEARTBEAT, signal);
    }
  }

  #encode(frame: ChangeFrame): Uint8Array {
    const known = this.#encoded.get(frame);
    if (known !== undefined) return known;
    const id = frame.to === '' ? '' : `id: ${formatPosition(frame)}\n`;
    const bytes = new TextEncoder().encode(`${id}data: ${JSON.stringify(frame)}\n\n`);
    this.#encoded.set(frame, bytes);
    return bytes;
  }

  #isLive(): boolean {
    return performance.now() - this.#readAt <= STALE;
  }

  async #follow(feed: ChangeFeed): Promise<void> {
    const { signal } = this.#stop;
    let position: ChangePosition | undefined;
    while (!signal.aborted) {
      this.#store.restart();
      try {
        for await (const value of feed.read(position, signal)) {
          const frame = readFrame(value);
          position = undefined;
          if (frame === undefined || !this.#store.add(frame)) {
            throw new Error('the log sent something that is no frame, or does not follow the last one');
          }
          position = this.#store.last?.position;
          if (frame.now > 0) this.#readAt = performance.now();
          this.#wake.call();
        }
      } catch (error) {
        if (!signal.aborted) tell(this.#log, error);
      }
      await new Wake().wait(PAUSE, signal);
    }
  }
}

function answer(status: number, headers: Record<string, string> = {}): Response {
  return new Response(null, { status, headers: { 'cache-control': 'no-store', ...headers } });
}
