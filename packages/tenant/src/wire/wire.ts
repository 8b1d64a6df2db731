// `fetch` for the Management API: it waits as the tenant asks, repeats what may be repeated, renews the token once, and ends in time.
import ky, { isHTTPError } from 'ky';
import { type Clock, systemClock } from '../clock.ts';
import { TenantError } from '../errors.ts';
import { describe, exchange, type Transport } from './exchange.ts';
import { Gate } from './gate.ts';
import { pauseAfter, type RateLimit, readRateLimit, waitBeforeRetry } from './rate-limit.ts';

/** Attempts after the first one. */
const MAX_RETRIES = 8;
/** Repeats after an answer that can't be read. */
const MAX_UNREADABLE = 2;
/** Milliseconds that one attempt may take by default. */
const ATTEMPT_TIMEOUT = 30_000;
/** What the tenant, or a proxy before it, answers when it can't right now. */
const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504]);
/** Methods that do the same when they are done twice (RFC 9110, section 9.2.2). */
const REPEATABLE = new Set(['GET', 'HEAD', 'DELETE']);

/** Gives Management API tokens. Both reject with a {@link TenantError}. */
export interface TokenSource {
  get(): Promise<string>;
  /** A token other than `refused`, which the tenant no longer takes; undefined where there can't be one. */
  renew(refused: string): Promise<string | undefined>;
}

/** What a request, or a pause between requests, was. For progress. */
export type WireEvent =
  | { readonly kind: 'answer'; readonly request: string; readonly status: number }
  | { readonly kind: 'wait'; readonly ms: number };

export interface WireOptions {
  readonly tokens: TokenSource;
  readonly transport?: Transport;
  readonly clock?: Clock;
  /** From 0 to 1, for jitter. */
  readonly random?: () => number;
  readonly requestsPerSecond?: number;
  /** Milliseconds from now in which everything must be done. */
  readonly timeout?: number;
  /** Milliseconds that one attempt may take; 30 s by default. */
  readonly attemptTimeout?: number;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: WireEvent) => void;
}

/** A way to the tenant. */
export interface Wire {
  /** In place of the global `fetch`. Answers with an error's status where the tenant refuses; rejects with a TenantError otherwise. */
  readonly fetch: typeof fetch;
  /** What the last answer with such headers said of the limit of requests. */
  readonly rateLimit: () => RateLimit | undefined;
}

/**
 * Makes a wire. GET and DELETE are repeated after 408, 425, 429, 5xx and broken connections; POST and PATCH after 429 alone, since
 * anything else may have happened already: they reject with `outcome_unknown`.
 */
export function createWire(options: WireOptions): Wire {
  const { tokens, signal, random = Math.random, clock = systemClock, onEvent } = options;
  const attemptTimeout = options.attemptTimeout ?? ATTEMPT_TIMEOUT;
  const transport: Transport = options.transport ?? ((request) => fetch(request));
  const gate = new Gate({
    clock,
    signal,
    requestsPerSecond: options.requestsPerSecond,
    deadline: options.timeout === undefined ? undefined : clock.now() + options.timeout,
    onWait: onEvent && ((ms) => onEvent({ kind: 'wait', ms })),
  });
  let lastLimit: RateLimit | undefined;

  const attempt: Transport = async (request) => {
    await gate.pass();
    const response = await exchange(transport, request, gate.timeLeft(attemptTimeout), signal);
    onEvent?.({ kind: 'answer', request: describe(request), status: response.status });
    const limit = readRateLimit(response.headers, clock.now());
    if (limit.limit !== undefined) lastLimit = limit;
    if (response.status !== 429) gate.hold(pauseAfter(limit));
    return response;
  };

  const send = async (request: Request): Promise<Response> => {
    let renewed = false;
    const mayRepeat = (error: Error, repeats: number): boolean => {
      if (!isHTTPError(error)) return REPEATABLE.has(request.method) && isTransient(error, repeats);
      const { status } = error.response;
      if (status === 401) return !renewed;
      return status === 429 || (TRANSIENT.has(status) && REPEATABLE.has(request.method));
    };
    try {
      return await ky(request, {
        // ky calls it with the request and options of its own.
        fetch: (input) => attempt(input as Request),
        timeout: false,
        retry: {
          limit: MAX_RETRIES,
          // shouldRetry decides; ky asks it only for these.
          methods: ['get', 'post', 'put', 'patch', 'delete'],
          shouldRetry: ({ error, retryCount }) => mayRepeat(error, retryCount),
          // The gate waits, so that the other requests are held back, too.
          delay: () => 0,
          afterStatusCodes: [],
        },
        hooks: {
          beforeRetry: [
            async ({ request: next, error, retryCount }) => {
              if (isHTTPError(error) && error.response.status === 401) {
                renewed = true;
                await renew(next, tokens);
                return;
              }
              const headers = isHTTPError(error) ? error.response.headers : new Headers();
              const limit = readRateLimit(headers, clock.now());
              gate.hold(waitBeforeRetry(limit, retryCount, random()));
            },
          ],
        },
      });
    } catch (error) {
      if (isHTTPError(error)) return error.response;
      throw toTenantError(error, request, gate);
    }
  };

  return {
    fetch: (input, init) => gate.run(() => send(new Request(input, init))),
    rateLimit: () => lastLimit,
  };
}

async function renew(request: Request, tokens: TokenSource): Promise<void> {
  const refused = request.headers.get('authorization')?.replace(/^bearer /iu, '') ?? '';
  const token = await tokens.renew(refused);
  if (token === undefined) {
    throw new TenantError(
      'credentials_rejected',
      'the tenant no longer accepts the access token',
      'It may have expired: get a new AUTH0_ACCESS_TOKEN, or set AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET so that claimgen can.',
      401,
    );
  }
  request.headers.set('authorization', `Bearer ${token}`);
}

/** Whether an attempt failed on its way, and not because of us. What isn't JSON twice more comes from something else than a tenant. */
function isTransient(error: Error, repeats: number): boolean {
  if (!(error instanceof TenantError)) return true;
  return error.code === 'answer_invalid' && repeats <= MAX_UNREADABLE;
}

function toTenantError(error: unknown, request: Request, gate: Gate): TenantError {
  if (error instanceof TenantError && (error.code !== 'answer_invalid' || REPEATABLE.has(request.method))) {
    return error;
  }
  try {
    gate.assertOpen();
  } catch (closed) {
    if (closed instanceof TenantError) return closed;
  }
  const reason = reasonOf(error);
  if (!REPEATABLE.has(request.method)) {
    return new TenantError(
      'outcome_unknown',
      `${describe(request)}: the connection failed before the answer came (${reason}); it may have been carried out`,
      'Run the command again: it looks at what is there first.',
    );
  }
  return new TenantError(
    'tenant_unreachable',
    `${describe(request)}: the tenant can't be reached at ${new URL(request.url).host} (${reason})`,
    'Check AUTH0_DOMAIN and the network; behind a proxy that re-encrypts, set NODE_EXTRA_CA_CERTS.',
  );
}

/** The system's own name of a failure, such as ECONNREFUSED: messages of HTTP clients may quote what was sent. */
function reasonOf(error: unknown): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    if (at.name === 'TimeoutError') return 'no answer in time';
  }
  return 'no connection';
}
