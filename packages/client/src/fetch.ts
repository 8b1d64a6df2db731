// A fetch that sends the access token, and refreshes it once when the API says that it doesn't know what has changed.

export interface FetchOptions {
  /**
   * The token that there is, refreshed where it has expired: auth0-spa-js' `getTokenSilently()`, whose type has undefined for
   * `cacheMode: 'cache-only'`. Without a token the call is rejected.
   */
  readonly getToken: () => Promise<string | undefined>;
  /** A token that is issued now: `getTokenSilently({ cacheMode: 'off' })`. */
  readonly refreshToken: () => Promise<string | undefined>;
  /** Called when the issuer wants the user to log in again (`login_required`); the call is answered with its 401. */
  readonly onSignedOut?: (error: unknown) => void;
  /** By default the runtime's. */
  readonly fetch?: typeof fetch;
  /** The name of the Web Lock that tabs share, by default `claimgen`. To be another one for each API. */
  readonly lock?: string;
}

/** Milliseconds that a call waits at most; above, its 401 is the caller's. */
const MAX_WAIT = 30_000;
/** Milliseconds that a wait is rounded up by: servers tell whole seconds. */
const ROUNDED = 1000;
/** Milliseconds between two refreshes that were of no use; doubled four times. */
const FIRST_PAUSE = 5000;

/** Milliseconds until what a tab has stored is seen by the others: browsers tell them later than who has the lock. */
const STORED = 250;

/** One refresh of one token, which all calls with it share. */
interface Refresh {
  /** When the issuer may be asked, by the clock of this page; and when that may have been so at the earliest. */
  until: number;
  earliest: number;
  /** When it was; infinite before. */
  at: number;
  /** Undefined where there is none. */
  token: Promise<string | undefined>;
  isCounted?: boolean;
}

interface Locks {
  request<T>(name: string, run: () => Promise<T>): Promise<T>;
}

/**
 * Makes a `fetch` for requests to one API: it sends the token with each of them, so it must be used for no other. A 401 `stale`
 * is answered by one refresh for all calls and tabs, and one more try; every other answer is the caller's.
 *
 * @example
 * const fetch = createFetch({
 *   getToken: () => auth0.getTokenSilently(),
 *   refreshToken: () => auth0.getTokenSilently({ cacheMode: 'off' }),
 *   onSignedOut: () => auth0.loginWithRedirect(),
 * });
 */
export function createFetch({
  getToken,
  refreshToken,
  onSignedOut,
  fetch: send = (...call) => fetch(...call),
  lock = 'claimgen',
}: FetchOptions): typeof fetch {
  const refreshes = new Map<string, Refresh>();
  const now = () => performance.now();
  let [useless, blocked, blockedUntil]: [number, string | undefined, number] = [0, undefined, 0];

  /** Counts a refresh whose token is as good as none, once for all calls that share it. */
  const block = (refresh: Refresh, token: string, wait: number) => {
    if (!refresh.isCounted) useless++;
    refresh.isCounted = true;
    blocked = token;
    blockedUntil = Math.max(
      now() + wait,
      Math.min(refresh.at, now()) + FIRST_PAUSE * 2 ** Math.min(useless - 1, 4),
    );
  };

  const ask = async (get: () => Promise<string | undefined>): Promise<string> => {
    try {
      const token = await get();
      if (!token) throw new Error('there is no token');
      return token;
    } catch (error) {
      if ((error as { error?: unknown } | undefined)?.error === 'login_required') onSignedOut?.(error);
      throw error;
    }
  };

  const renew = async (failed: string, refresh: Refresh): Promise<string | undefined> => {
    try {
      const token = await ask(getToken);
      // Another tab had the lock, and has waited as long: answers may take any time, so its wait may have ended before ours.
      if (token !== failed && now() >= refresh.earliest) return token;
      // Others may join meanwhile, and have to wait longer.
      while (now() < refresh.until) await sleep(refresh.until - now());
      refresh.at = now();
      const fresh = await ask(refreshToken);
      if (fresh !== failed) return fresh;
    } catch {
      // The call is answered with its 401, and the next one may try again.
    }
    block(refresh, failed, 0);
    return undefined;
  };

  const share = (failed: string, until: number, earliest: number): Refresh => {
    const known = refreshes.get(failed);
    if (known !== undefined && earliest <= known.at) {
      known.until = Math.max(known.until, until);
      known.earliest = Math.max(known.earliest, earliest);
      return known;
    }
    const refresh: Refresh = {
      until,
      earliest,
      at: Number.POSITIVE_INFINITY,
      token: Promise.resolve(undefined),
    };
    const { locks } = (globalThis as { navigator?: { locks?: Locks } }).navigator ?? {};
    const run = () => renew(failed, refresh);
    refresh.token = new Promise<string | undefined>((resolve) => {
      // One after the other in either case: the second may find what the first has brought.
      if (locks === undefined) resolve(Promise.resolve(known?.token).then(run));
      else
        locks
          .request(lock, async () => {
            resolve(await run());
            await sleep(STORED);
          })
          // Pages in a sandbox have no locks.
          .catch(() => resolve(run()));
    }).finally(() => {
      if (refreshes.get(failed) === refresh) refreshes.delete(failed);
    });
    refreshes.set(failed, refresh);
    return refresh;
  };

  return async (input, init) => {
    const call = (token: string) => {
      const request = input instanceof Request ? input.clone() : input;
      const headers = new Headers(init?.headers ?? (request as Partial<Request>).headers);
      headers.set('authorization', `Bearer ${token}`);
      return send(request, { ...init, headers });
    };
    const failed = await ask(getToken);
    const sent = now();
    const first = await call(failed);
    const wait = await waitOf(first);
    if (
      wait === undefined ||
      wait > MAX_WAIT ||
      // Sent again, it would be empty. Node sends anything that can be iterated so, which Safari's streams can't.
      init?.body instanceof ReadableStream ||
      Symbol.asyncIterator in Object(init?.body) ||
      (failed === blocked && now() < blockedUntil)
    )
      return first;
    const refresh = share(failed, now() + wait, sent + wait - ROUNDED);
    const token = await unlessAborted(refresh.token, init?.signal ?? (input as Partial<Request>).signal);
    if (token === undefined) return first;
    first.body?.cancel().catch(() => {});
    const second = await call(token);
    const more = await waitOf(second);
    if (more === undefined) useless = 0;
    else if (refresh.at < now()) block(refresh, token, more);
    return second;
  };
}

/** Milliseconds after which a refresh helps; undefined where it is no matter of refreshing. */
async function waitOf(response: Response): Promise<number | undefined> {
  if (response.status !== 401) return undefined;
  const { headers } = response;
  const body: { reason?: unknown } | undefined = headers.get('www-authenticate')?.includes('reason="stale"')
    ? { reason: 'stale' }
    : // Pages of other origins see headers only where the API exposes them.
      ((await response
        .clone()
        .json()
        .catch(() => undefined)) as { reason?: unknown } | undefined);
  const isStale = body?.reason === 'stale';
  return isStale ? (Number(headers.get('retry-after')) || 0) * 1000 : undefined;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

function unlessAborted<T>(
  promise: Promise<T>,
  signal:
    | { readonly reason: unknown; addEventListener(type: 'abort', listener: () => void): void }
    | null
    | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    promise.then(resolve, reject);
    signal?.addEventListener('abort', () => reject(signal.reason));
  });
}
