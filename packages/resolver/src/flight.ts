/** From a key to what a user holds: kept in this process, in the store, or read once by all that want it at the same time. */
import { createHash } from 'node:crypto';
import { encodeBody } from '@claimgen/action-runtime';
import { type Guard, type Lease, Leases } from '@claimgen/token-cache/fleet';
import { LRUCache } from 'lru-cache';
import { ResolverError } from './errors.ts';
import type { Kept, Sealer } from './kept.ts';
import type { Wanted } from './user-source.ts';

/** Milliseconds between two looks whether another process has it, at first and at most. */
const FIRST_LOOK = 20;
const LAST_LOOK = 200;
/** Milliseconds in which no user is read twice for one and the same change, whose time may be still to come. */
const AGAIN = 1000;
/** Milliseconds for which a failure counts for all that want the same: where Auth0 refuses, and otherwise. */
const REFUSED = 5000;
const FAILED = 1000;
/** Milliseconds that the clocks of a fleet may differ by. */
const CLOCKS = 30_000;
/** Milliseconds by which two ways to tell a time may differ: less than a time is rounded by in the store. */
const ROUNDING = 100;
/** Bytes of a key's hash: so many that nobody finds two users with one key. */
const KEY_BYTES = 24;

/** What is wanted, and how fresh. */
export interface Sought extends Wanted {
  /** Who, in which login, for which API, by which tables. */
  readonly key: string;
  /** Milliseconds since 1970: what was read then or before is out of date. */
  readonly newerThan: number | undefined;
}

export interface FlightOptions {
  readonly guard: Guard | undefined;
  readonly sealer: Sealer;
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
  readonly #entries: LRUCache<string, Entry>;
  /** Not the cache's own `fetch`: that gives up what is evicted while it is under way. */
  readonly #flights: Map<string, Promise<Entry>> = new Map();
  readonly #failures: LRUCache<string, ResolverError>;

  constructor(options: FlightOptions) {
    const { guard, timeout, entries, ttl, staleIfError } = options;
    this.#options = options;
    this.#leases = guard && new Leases(guard, timeout);
    this.#failures = new LRUCache({ max: entries, ttl: FAILED });
    this.#entries = new LRUCache({ max: entries, ttl: ttl + staleIfError });
  }

  /** @throws ResolverError, or what `read` throws */
  async get(sought: Sought): Promise<Kept> {
    const { key } = sought;
    const known = this.#entries.get(key);
    const kept = known && dated(known);
    if (kept !== undefined && this.#isFresh(kept) && isNewEnough(kept, sought)) return kept;
    try {
      const found = await this.#fetch(sought);
      // One that was under way may have begun before the change: the next one begins after it.
      return isNewEnough(found, sought) ? found : await this.#fetch(sought);
    } catch (error) {
      if (isRefusal(error) || !this.#mayBeStale(kept) || !isNewEnough(kept, sought)) throw error;
      this.#options.onStale();
      return kept;
    }
  }

  clear(): void {
    this.#entries.clear();
    this.#failures.clear();
  }

  #fetch(sought: Sought): Promise<Entry> {
    const { key } = sought;
    const open = this.#flights.get(key);
    if (open !== undefined) return open;
    const flight = this.#tryToFind(sought).finally(() => this.#flights.delete(key));
    this.#flights.set(key, flight);
    return flight;
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
    const failure = this.#failures.get(sought.key);
    if (failure !== undefined) throw failure;
    try {
      const entry = await this.#find(sought);
      this.#entries.set(sought.key, entry);
      return entry;
    } catch (error) {
      if (error instanceof ResolverError && error.code !== 'busy') {
        this.#failures.set(sought.key, error, { ttl: isRefusal(error) ? REFUSED : FAILED });
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
      const lease = await this.#leases.acquire(hashOf(sought.key));
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

  async #readStore({ key, newerThan }: Sought): Promise<Entry | undefined> {
    const { guard, ttl, staleIfError, sealer } = this.#options;
    const now = performance.now();
    const name = hashOf(key);
    const found = await guard?.run(
      (store) => store.read(`p:${name}`),
      () => undefined,
    );
    if (found === undefined) return undefined;
    const kept = sealer.open(name, found.value);
    // The store's clock says how old it is, not those of the machines that write and read; unless somebody put it there again.
    const age = ttl + staleIfError - found.left;
    if (kept === undefined || age < 0 || Math.max(age, Date.now() - kept.readAt - CLOCKS) >= ttl)
      return undefined;
    const entry = dated({ ...kept, at: now - age, soughtFor: 0 });
    return newerThan !== undefined && entry.readAt <= newerThan ? undefined : entry;
  }

  async #writeStore(key: string, entry: Entry): Promise<void> {
    const { guard, ttl, staleIfError, sealer } = this.#options;
    // A process that was held up must not make what it read any younger.
    const left = entry.at + ttl + staleIfError - performance.now();
    if (left <= 0) return;
    const name = hashOf(key);
    await guard?.run(
      (store) => store.write(`p:${name}`, sealer.seal(name, entry), left),
      () => undefined,
    );
  }
}

/** An answer, and not the lack of one: what was known before must not count in its place. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof ResolverError && (error.code === 'tenant_refused' || error.code === 'source_failed')
  );
}

/** What a store has in place of whom it is about. */
function hashOf(key: string): string {
  return createHash('sha256').update(key).digest().subarray(0, KEY_BYTES).toString('base64url');
}

/** Not later than its age says: who wrote it may have a clock that is ahead, and ours may have been set back. */
function dated(entry: Entry): Entry {
  const latest = Date.now() - (performance.now() - entry.at);
  return entry.readAt - latest > ROUNDING ? { ...entry, readAt: latest } : entry;
}

function isNewEnough({ readAt, at, soughtFor }: Entry, { newerThan }: Sought): boolean {
  if (newerThan === undefined || readAt > newerThan) return true;
  // Once the time is over, another reading is the last.
  return Date.now() <= newerThan && soughtFor >= newerThan && performance.now() - at < AGAIN;
}
