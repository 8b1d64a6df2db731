/** From a key to its token: kept in this process, in the store, or asked for once by all that want it at the same time. */
import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.ts';
import type { Credentials } from './credentials.ts';
import { TokenCacheError, unavailable } from './errors.ts';
import type { Generations } from './generations.ts';
import type { Guard } from './guard.ts';
import type { Issuer } from './issuer.ts';
import type { Keys } from './key.ts';
import type { Lease, Leases } from './leases.ts';
import type { TokenParameters } from './parameters.ts';
import type { QuotaKeeper } from './quotas.ts';
import type { Refusals } from './refusals.ts';
import type { Sealer } from './sealed.ts';
import { CachedToken, contentOf, type TokenContent } from './token.ts';

const MAX_TOKENS = 10_000;
/** Milliseconds between two looks whether another process has the token, at first and at most. */
const FIRST_LOOK = 20;
const LAST_LOOK = 200;
/** Milliseconds after which a refresh that was of no use is tried again. */
const RETRY = 5000;
const MAX_RETRY = 60_000;

/** A token that is wanted. */
export interface Wanted {
  readonly key: string;
  readonly parameters: TokenParameters;
  readonly credentials: Credentials;
  /** What its value is sealed under. */
  readonly secret: string;
}

export interface FlightOptions {
  readonly guard: Guard;
  readonly generations: Generations;
  readonly leases: Leases;
  readonly refusals: Refusals;
  readonly quotas: QuotaKeeper;
  readonly issuer: Issuer;
  readonly sealer: Sealer;
  readonly keys: Keys;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly maxAge: number;
  /** Milliseconds that a caller waits for another process. */
  readonly wait: number;
  readonly onGrant: (clientId: string) => void;
}

export class Flight {
  readonly #options: FlightOptions;
  readonly #tokens: LRUCache<string, CachedToken, Wanted>;
  readonly #refreshes: Map<string, Promise<void>> = new Map();

  constructor(options: FlightOptions) {
    this.#options = options;
    this.#tokens = new LRUCache<string, CachedToken, Wanted>({
      max: MAX_TOKENS,
      ignoreFetchAbort: true,
      allowStaleOnFetchAbort: true,
      fetchMethod: (_key, _stale, { context }) => this.#fetch(context),
    });
  }

  /**
   * The token, and whether it was there.
   * @throws TokenCacheError
   */
  async token(wanted: Wanted): Promise<{ readonly token: CachedToken; readonly wasKept: boolean }> {
    const kept = this.#tokens.get(wanted.key);
    if (kept?.isValid) {
      if (!kept.isDue) return { token: kept, wasKept: true };
      const refreshing = this.#refresh(wanted, kept);
      if (!kept.isLast) return { token: kept, wasKept: true };
      // One that may expire on its way; where there is no other, it is better than none.
      await refreshing;
      const next = this.#tokens.get(wanted.key);
      if (next?.isValid) return { token: next, wasKept: next === kept };
    }
    // What has expired, and not what is on its way.
    if (this.#tokens.get(wanted.key)?.isValid === false) this.#tokens.delete(wanted.key);
    const refusal = this.#options.refusals.get(wanted.key);
    if (refusal !== undefined) throw refusal;
    const token = await this.#tokens.fetch(wanted.key, { context: wanted });
    if (token === undefined) throw unavailable('busy', 'the token was given up', 1);
    // What can't be kept is given to who has waited for it, and to nobody else.
    if (token.content.kept === 0) this.#tokens.delete(wanted.key);
    return { token, wasKept: false };
  }

  /** From the store, from the issuer, or from another process that asks the issuer. */
  async #fetch(wanted: Wanted): Promise<CachedToken> {
    const { leases, clock, wait } = this.#options;
    const start = clock.now();
    for (let pause = FIRST_LOOK; ; pause = Math.min(LAST_LOOK, pause * 2)) {
      const stored = await this.#read(wanted);
      if (stored !== undefined) return stored;
      const lease = await leases.acquire(wanted.key);
      if (lease !== undefined) return this.#withLease(wanted, lease);
      if (clock.since(start) > wait) throw unavailable('busy', 'the token is being asked for', 1);
      await sleep(pause / 2 + (Math.random() * pause) / 2);
    }
  }

  /** Between the look and the lease, whoever had the lease may have come back with the token. */
  async #withLease(wanted: Wanted, lease: Lease): Promise<CachedToken> {
    try {
      return (await this.#read(wanted)) ?? (await this.#grant(wanted));
    } finally {
      await lease.release();
    }
  }

  /** One at a time and in the background: whoever asks meanwhile gets the token that there is. */
  #refresh(wanted: Wanted, kept: CachedToken): Promise<void> {
    const running = this.#refreshes.get(wanted.key);
    if (running !== undefined) return running;
    const refresh = this.#refreshOnce(wanted, kept).finally(() => this.#refreshes.delete(wanted.key));
    this.#refreshes.set(wanted.key, refresh);
    return refresh;
  }

  async #refreshOnce(wanted: Wanted, kept: CachedToken): Promise<void> {
    const { leases } = this.#options;
    kept.pause(RETRY);
    try {
      const stored = await this.#read(wanted);
      if (stored !== undefined && stored.left > kept.left + RETRY) {
        this.#tokens.set(wanted.key, stored);
        return;
      }
      const lease = await leases.acquire(wanted.key);
      if (lease === undefined) {
        // Another process asks: it will be in the store soon.
        kept.pause(1000);
        return;
      }
      try {
        const token = await this.#grant(wanted);
        if (token.content.kept > 0) this.#tokens.set(wanted.key, token);
      } finally {
        await lease.release();
      }
    } catch (error) {
      await this.#refreshFailed(wanted, kept, error);
    }
  }

  async #refreshFailed(wanted: Wanted, kept: CachedToken, error: unknown): Promise<void> {
    if (!(error instanceof TokenCacheError)) return;
    kept.pause(Math.min(MAX_RETRY, (error.retryAfter ?? RETRY / 1000) * 1000));
    if (error.status !== 401 && error.status !== 403) return;
    // The issuer doesn't accept these credentials any longer: neither does the cache.
    this.#tokens.delete(wanted.key);
    await this.#options.guard.run(
      (store) => store.remove(storeKey(wanted)),
      () => undefined,
    );
  }

  /** Asks the issuer, and keeps what it gives. */
  async #grant(wanted: Wanted): Promise<CachedToken> {
    const { quotas, issuer, clock, refusals, maxAge, onGrant } = this.#options;
    const { clientId } = wanted.credentials;
    const digest = await this.#digest(wanted);
    const reservation = await quotas.reserve(clientId, digest);
    // Its life is counted from before it was issued.
    const start = clock.now();
    let answer: Record<string, unknown>;
    try {
      answer = await issuer.grant(wanted.parameters, wanted.credentials, digest);
    } catch (error) {
      await reservation.cancel();
      if (error instanceof TokenCacheError) refusals.add(wanted.key, error);
      throw error;
    }
    onGrant(clientId);
    await quotas.granted();
    const content = contentOf(answer, maxAge);
    const token = new CachedToken(content ?? { fields: answer, life: 0, kept: 0 }, 0, start, digest, clock);
    if (token.isValid) await this.#write(wanted, token);
    return token;
  }

  #digest({ credentials: { clientId }, secret }: Wanted): Promise<string> {
    return this.#options.keys.credentials(clientId, secret);
  }

  async #read(wanted: Wanted): Promise<CachedToken | undefined> {
    const { guard, sealer, clock } = this.#options;
    const asOf = clock.now();
    const stored = await guard.run(
      (store) => store.read(storeKey(wanted)),
      () => undefined,
    );
    if (stored === undefined) return undefined;
    const text = await sealer.open(stored.value, wanted.secret, wanted.key);
    if (text === undefined) return undefined;
    const content = JSON.parse(text) as TokenContent;
    // The store's clock was set back: nobody knows how old it is.
    if (stored.left > content.kept) return undefined;
    // The store's clock says how much is left, not those of the machines that write and read.
    const token = new CachedToken(
      content,
      content.kept - stored.left,
      asOf,
      await this.#digest(wanted),
      clock,
    );
    return token.isValid ? token : undefined;
  }

  async #write(wanted: Wanted, token: CachedToken): Promise<void> {
    const { guard, generations, sealer } = this.#options;
    const value = await sealer.seal(JSON.stringify(token.content), wanted.secret, wanted.key);
    await generations.prove(wanted.credentials.clientId);
    await guard.run(
      (store) => store.write(storeKey(wanted), value, token.left),
      () => undefined,
    );
  }
}

function storeKey({ key }: Wanted): string {
  return `t:${key}`;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
