/** From a key to what a user holds: kept in this process, in the store, or read once by all that want it at the same time. */
import { encodeBody, sizeOf } from '@claimgen/action-runtime';
import { type Guard, type Lease, Leases } from '@claimgen/token-cache/fleet';
import { LRUCache } from 'lru-cache';
import { ResolverError } from './errors.ts';
import { type Kept, readKept, writeKept } from './kept.ts';
import type { Wanted } from './user-source.ts';

/** Milliseconds between two looks whether another process has it, at first and at most. */
const FIRST_LOOK = 20;
const LAST_LOOK = 200;
/** Milliseconds in which no user is read twice for one and the same change, whose time may be still to come. */
const AGAIN = 1000;
/** Milliseconds for which a failure counts for all that want the same: where Auth0 refuses, and otherwise. */
const REFUSED = 5000;
const FAILED = 1000;

/** What is wanted, and how fresh. */
export interface Sought extends Wanted {
  readonly key: string;
  /** Milliseconds since 1970: what was read then or before is out of date. */
  readonly newerThan: number | undefined;
}

export interface FlightOptions {
  readonly guard: Guard | undefined;
  /** Milliseconds. */
  readonly ttl: number;
  readonly staleIfError: number;
  /** Milliseconds that `read` may take, and that a caller waits for another process. */
  readonly timeout: number;
  readonly entries: number;
  readonly read: (wanted: Wanted) => Promise<readonly number[]>;
  readonly onStale: () => void;
}

/** Times by `performance.now()`, which no one sets back. */
interface Entry extends Kept {
  /** When reading it began. */
  readonly at: number;
  /** What it was to be newer than. */
  readonly soughtFor: number;
}

export class Flight {
  readonly #options: FlightOptions;
  readonly #leases: Leases | undefined;
  readonly #entries: LRUCache<string, Entry, Sought>;
  readonly #failures: LRUCache<string, ResolverError>;

  constructor(options: FlightOptions) {
    const { guard, timeout, entries, ttl, staleIfError } = options;
    this.#options = options;
    this.#leases = guard && new Leases(guard, timeout);
    this.#failures = new LRUCache({ max: entries, ttl: FAILED });
    this.#entries = new LRUCache<string, Entry, Sought>({
      max: entries,
      ttl: ttl + staleIfError,
      noDeleteOnFetchRejection: true,
      ignoreFetchAbort: true,
      allowStaleOnFetchAbort: true,
      fetchMethod: (_key, _stale, { context }) => this.#tryToFind(context),
    });
  }

  /** @throws ResolverError, or what `read` throws */
  async get(sought: Sought): Promise<Kept> {
    const { key } = sought;
    // The second also while it is being read again.
    const kept = this.#entries.get(key) ?? this.#entries.peek(key);
    if (kept !== undefined && this.#isFresh(kept) && isNewEnough(kept, sought)) return kept;
    try {
      const found = await this.#fetch(sought);
      // One that was under way may have begun before the change: the next one begins after it.
      return isNewEnough(found, sought) ? found : await this.#fetch(sought);
    } catch (error) {
      if (!this.#mayBeStale(kept) || !isNewEnough(kept, sought)) throw error;
      this.#options.onStale();
      return kept;
    }
  }

  clear(): void {
    this.#entries.clear();
    this.#failures.clear();
  }

  async #fetch(sought: Sought): Promise<Entry> {
    const failure = this.#failures.get(sought.key);
    if (failure !== undefined) throw failure;
    const entry = await this.#entries.fetch(sought.key, { forceRefresh: true, context: sought });
    if (entry === undefined) throw new ResolverError('closed', 'the resolver was closed');
    return entry;
  }

  #isFresh({ at }: Entry): boolean {
    return performance.now() - at < this.#options.ttl;
  }

  #mayBeStale(kept: Entry | undefined): kept is Entry {
    const { ttl, staleIfError } = this.#options;
    return kept !== undefined && staleIfError > 0 && performance.now() - kept.at < ttl + staleIfError;
  }

  /** Whoever's token is of a user that is gone must not use up the requests of all others. */
  async #tryToFind(sought: Sought): Promise<Entry> {
    try {
      return await this.#find(sought);
    } catch (error) {
      if (error instanceof ResolverError && error.code !== 'busy') {
        const isRefused = error.code === 'tenant_refused' || error.code === 'source_failed';
        this.#failures.set(sought.key, error, { ttl: isRefused ? REFUSED : FAILED });
      }
      throw error;
    }
  }

  /** From the store, from the tenant, or from another process that asks the tenant. */
  async #find(sought: Sought): Promise<Entry> {
    if (this.#leases === undefined) return this.#read(sought);
    const start = performance.now();
    for (let pause = FIRST_LOOK; ; pause = Math.min(LAST_LOOK, pause * 2)) {
      const stored = await this.#readStore(sought);
      if (stored !== undefined) return stored;
      const lease = await this.#leases.acquire(sought.key);
      if (lease !== undefined) return this.#withLease(sought, lease);
      if (performance.now() - start > this.#options.timeout)
        throw new ResolverError('busy', 'another process is reading the user', 1);
      const wait = pause / 2 + (Math.random() * pause) / 2;
      await new Promise((resolve) => {
        setTimeout(resolve, wait);
      });
    }
  }

  /** Between the look and the lease, whoever had the lease may have come back. */
  async #withLease(sought: Sought, lease: Lease): Promise<Entry> {
    try {
      const stored = await this.#readStore(sought);
      if (stored !== undefined) return stored;
      const entry = await this.#read(sought);
      await this.#writeStore(sought.key, entry);
      return entry;
    } finally {
      await lease.release();
    }
  }

  async #read(sought: Sought): Promise<Entry> {
    // Before anything is asked: what changes from now on may be missed.
    const at = performance.now();
    const readAt = Date.now();
    const places = await this.#options.read(sought);
    return { body: encodeBody(places), readAt, at, soughtFor: sought.newerThan ?? 0 };
  }

  async #readStore({ key, newerThan, audience }: Sought): Promise<Entry | undefined> {
    const { guard, ttl, staleIfError } = this.#options;
    const now = performance.now();
    const found = await guard?.run(
      (store) => store.read(`p:${key}`),
      () => undefined,
    );
    if (found === undefined) return undefined;
    const kept = readKept(found.value, sizeOf(audience.table));
    // The store's clock says how old it is, not those of the machines that write and read.
    const age = ttl + staleIfError - found.left;
    if (kept === undefined || age < 0 || age >= ttl) return undefined;
    if (newerThan !== undefined && kept.readAt <= newerThan) return undefined;
    return { ...kept, at: now - age, soughtFor: 0 };
  }

  async #writeStore(key: string, entry: Entry): Promise<void> {
    const { guard, ttl, staleIfError } = this.#options;
    // A process that was held up must not make what it read any younger.
    const left = entry.at + ttl + staleIfError - performance.now();
    if (left <= 0) return;
    await guard?.run(
      (store) => store.write(`p:${key}`, writeKept(entry), left),
      () => undefined,
    );
  }
}

function isNewEnough({ readAt, at, soughtFor }: Entry, { newerThan }: Sought): boolean {
  if (newerThan === undefined || readAt > newerThan) return true;
  return soughtFor >= newerThan && performance.now() - at < AGAIN;
}
