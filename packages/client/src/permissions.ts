// What the user may do, as a store for user interfaces: it follows `GET /me/changes` of the API.

export interface PermissionsOptions {
  /** Where the API has both routes, such as `https://api.acme.example/me`. */
  readonly url: string;
  /** What `createFetch` makes, for the same API. */
  readonly fetch: typeof fetch;
}

/** Frozen in what it says: another one comes with every change. */
export interface Snapshot<P extends string = string> {
  /** Whether the API has answered. */
  readonly isKnown: boolean;
  readonly permissions: ReadonlySet<P>;
  /** Those that the token can't speak of. */
  readonly stale: ReadonlySet<P>;
}

export interface Permissions<P extends string = string> {
  /** Calls `listener` at every change, and follows the API until what this returns is called. */
  subscribe(listener: () => void): () => void;
  getSnapshot(): Snapshot<P>;
  /** Whether the user may. Asking for a permission that has changed makes the client refresh; until it has, the answer is false. */
  has(name: P): boolean;
}

/** Milliseconds between two attempts, at first and at most; each is half to all of it. */
const FIRST_PAUSE = 2000;
const LAST_PAUSE = 60_000;
/** Milliseconds without a byte after which a connection is given up: the API sends something every 15 s. */
const SILENCE = 45_000;

/** What the API answers, and sends. */
interface Answer<P extends string> {
  readonly permissions: readonly P[];
  readonly stale: readonly P[];
}

const UNKNOWN = { isKnown: false, permissions: new Set<never>(), stale: new Set<never>() };

/**
 * Makes the store. It is for buttons: what counts is what the API answers.
 *
 * @example
 * const permissions = createPermissions<OrdersPermission>({ url: 'https://api.acme.example/me', fetch });
 * permissions.subscribe(() => { refund.hidden = !permissions.has('orders:refund'); });
 */
export function createPermissions<P extends string>({ url, fetch }: PermissionsOptions): Permissions<P> {
  const listeners = new Set<() => void>();
  const wanted = new Set<P>();
  let snapshot: Snapshot<P> = UNKNOWN;
  let stop = new AbortController();
  let isAsking = false;

  const set = (next: Snapshot<P>) => {
    snapshot = next;
    for (const listener of listeners) {
      try {
        listener();
      } catch (error) {
        // Of one listener's fault neither the connection nor the others know.
        console.error(error);
      }
    }
  };
  const take = ({ permissions, stale }: Answer<P>) =>
    set({ isKnown: true, permissions: new Set(permissions), stale: new Set(stale) });

  /** Does a step until it says that all is done, or nobody listens; after one that failed the pauses get longer. */
  const keepOn = async (step: (signal: AbortSignal) => Promise<'done' | 'again' | 'failed'>) => {
    const { signal } = stop;
    for (let pause = FIRST_PAUSE; !signal.aborted; pause = Math.min(2 * pause, LAST_PAUSE)) {
      // A connection that is lost changes nothing of what is known.
      const result = await step(signal).catch(() => 'failed');
      if (result === 'done') return;
      if (result === 'again') pause = FIRST_PAUSE;
      await new Promise<void>((resolve) => {
        setTimeout(resolve, pause * (0.5 + Math.random() / 2));
        signal.addEventListener('abort', () => resolve());
      });
    }
  };

  const load = async (query: string, signal: AbortSignal) => {
    const response = await fetch(`${url}/permissions${query}`, { signal });
    if (response.ok) take((await response.json()) as Answer<P>);
    return response.ok ? 'done' : 'failed';
  };

  const follow = async (signal: AbortSignal) => {
    const response = await fetch(`${url}/changes`, { signal });
    // An API that knows of no changes.
    if (response.status === 404) return load('', signal);
    if (response.status === 401) set(UNKNOWN);
    if (!response.ok || response.body === null) return 'failed';
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    try {
      for (let text = ''; ; ) {
        const silence = setTimeout(() => reader.cancel(), SILENCE);
        const { done, value } = await reader.read().finally(() => clearTimeout(silence));
        // The token is no longer good: the next request has another one, or is told why.
        if (done) return 'again';
        const events = (text + value).split('\n\n');
        text = events.pop() ?? '';
        for (const event of events)
          if (event.startsWith('data: ')) take(JSON.parse(event.slice(6)) as Answer<P>);
      }
    } finally {
      // Of an answer that makes no sense: browsers have six connections for an API.
      reader.cancel().catch(() => {});
    }
  };

  const start = () => {
    stop.abort();
    stop = new AbortController();
    void keepOn(follow);
  };

  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    await keepOn(async (signal) => {
      const names = [...wanted].filter((name) => snapshot.stale.has(name));
      wanted.clear();
      if (names.length === 0) return 'done';
      const query = names.map((name) => `fresh=${encodeURIComponent(name)}`).join('&');
      const result = await load(`?${query}`, signal).catch(() => 'failed' as const);
      // The stream is one of the token that is out of date.
      if (result === 'done') start();
      else for (const name of names) wanted.add(name);
      return result;
    });
    isAsking = false;
    if (wanted.size > 0 && listeners.size > 0) void ask();
  };

  return {
    subscribe(listener) {
      if (listeners.size === 0) start();
      // The same function may be given twice.
      const own = () => listener();
      listeners.add(own);
      return () => {
        listeners.delete(own);
        if (listeners.size === 0) stop.abort();
      };
    },
    getSnapshot: () => snapshot,
    has(name) {
      if (snapshot.stale.has(name)) {
        wanted.add(name);
        if (listeners.size > 0) void ask();
      }
      return snapshot.permissions.has(name);
    },
  };
}
