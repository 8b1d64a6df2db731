/** Asking the Management API, as the receivers that poll do. */
import { tell } from '@claimgen/verifier/changes';
import { ChangesError } from '../errors.ts';
import { Wake, within } from '../wake.ts';
import type { Cursor } from './cursor.ts';
import type { ReceiverOptions } from './webhook.ts';

export interface PollOptions extends ReceiverOptions {
  /** The tenant, as `https://acme.eu.auth0.com/`. */
  readonly issuer: string | URL;
  /** An access token for the Management API; asked for before each request. */
  readonly token: () => Promise<string>;
  readonly cursor: Cursor;
  readonly signal: AbortSignal;
  /** Called for every failure; it is tried again. */
  readonly onError?: (error: unknown) => void;
  /** By default the runtime's. */
  readonly fetch?: typeof fetch;
}

/** Milliseconds that an answer may take to begin. */
const ANSWER = 15_000;
const FIRST_PAUSE = 1000;
const LAST_PAUSE = 60_000;

/** Resolves to an answer with status 200, or one that `isMeant` accepts; rejects with the seconds to wait as `retryAfter`. */
export async function ask(
  { issuer, token, signal, fetch: fetcher = fetch }: PollOptions,
  path: string,
  headers: Record<string, string>,
  isMeant: (status: number) => boolean = () => false,
): Promise<Response> {
  const authorization = `Bearer ${await token()}`;
  const asking = fetcher(new URL(path, issuer), {
    headers: { ...headers, authorization },
    signal,
    redirect: 'error',
  });
  const response = await within(ANSWER, asking, () => new Error('the Management API does not answer'));
  if (response.status === 200 || isMeant(response.status)) return response;
  await response.body?.cancel();
  throw new RefusedRequest(response);
}

class RefusedRequest extends ChangesError {
  /** Milliseconds. */
  readonly pause: number;

  constructor(response: Response) {
    super(
      'log_unavailable',
      `the Management API answers with status ${response.status}`,
      'Check the scopes of its access token (read:logs, read:events) and the rate limit of the plan',
    );
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    const reset = Number(response.headers.get('x-ratelimit-reset') ?? Number.NaN) * 1000 - Date.now();
    const pause = Number.isNaN(seconds) ? reset : seconds * 1000;
    this.pause = pause > 0 ? Math.min(pause, LAST_PAUSE) : 0;
  }
}

/** Does `step` again and again until the signal is aborted; a failure makes the pauses longer. Never rejects. */
export async function repeat(
  { signal, onError }: PollOptions,
  step: () => Promise<{ readonly pause: number }>,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    let pause: number;
    try {
      ({ pause } = await step());
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      tell(onError, error);
      pause = Math.min(FIRST_PAUSE * 2 ** failures, LAST_PAUSE);
      if (error instanceof RefusedRequest) pause = Math.max(pause, error.pause);
      failures += 1;
    }
    if (pause > 0) await new Wake().wait(pause, signal);
  }
}
