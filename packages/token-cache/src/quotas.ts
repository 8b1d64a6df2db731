/** Who may have how much: requests a minute and grants an hour, day and month for each client, and the tenant's budget. */
import type { RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import type { Clock } from './clock.ts';
import { TokenCacheError } from './errors.ts';
import type { Guard } from './guard.ts';
import { memoryLimiter } from './memory-store.ts';
import type { CountOptions } from './store.ts';

/** For one client. */
export interface Quotas {
  /** Counted in each process; 6,000 by default. */
  readonly requestsPerMinute?: number;
  /** Tokens of the issuer; 60 by default. */
  readonly grantsPerHour?: number;
  /** 240 by default. */
  readonly grantsPerDay?: number;
  /** A calendar month (UTC). By default half of the budget, where there is one: no client uses up what the others need. */
  readonly grantsPerMonth?: number;
}

/** A grant that is counted before it is asked for: many at once are not more than one after another. */
export interface Reservation {
  /** There is no grant: it is not counted. */
  cancel(): Promise<void>;
}

/** Shares of the budget at which the tenant's owner is told. */
const WARNINGS = [0.6, 0.8, 1];
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
/** Seconds: longer than any month, whose counts have its name in their keys. */
const MONTH = 32 * DAY;

/** Without what is undefined: it is not there, and what is for all clients counts. */
function defined(quotas: Quotas): Quotas {
  return Object.fromEntries(Object.entries(quotas).filter(([, value]) => value !== undefined));
}

/** A count in the store, and one in this process for when the store is down. */
class Count {
  readonly #shared: RateLimiterAbstract;
  readonly #own: RateLimiterAbstract;
  readonly #guard: Guard;

  constructor(guard: Guard, options: CountOptions) {
    this.#guard = guard;
    this.#shared = guard.store.limiter(options);
    this.#own = memoryLimiter(options);
  }

  /** Undefined, or what says that there are too many. */
  consume(key: string): Promise<RateLimiterRes | undefined> {
    return this.#guard.run(
      () => tooMany(this.#shared.consume(key)),
      () => tooMany(this.#own.consume(key)),
    );
  }

  /** One more than before, and no limit. */
  async add(key: string): Promise<number> {
    const { consumedPoints } = await this.#guard.run(
      () => this.#shared.penalty(key, 1),
      () => this.#own.penalty(key, 1),
    );
    return consumedPoints;
  }

  /** Takes one back; of whoever has none, nothing is remembered. */
  async giveBack(key: string): Promise<void> {
    const back = async (limiter: RateLimiterAbstract): Promise<void> => {
      const { consumedPoints } = await limiter.reward(key, 1);
      if (consumedPoints <= 0) await limiter.delete(key);
    };
    await this.#guard.run(
      () => back(this.#shared),
      () => back(this.#own),
    );
  }
}

interface ClientCounts {
  readonly minute: RateLimiterAbstract;
  readonly grants: readonly { readonly count: Count; readonly isMonth: boolean }[];
}

export interface QuotaOptions {
  readonly quotas: Quotas;
  readonly byClient: ReadonlyMap<string, Quotas>;
  readonly budget: number | undefined;
  readonly clock: Clock;
  /** Told of the budget after each grant, and whether a share of it was just reached. */
  readonly onBudget: (used: number, budget: number, reached: number | undefined) => void;
}

export class QuotaKeeper {
  readonly #guard: Guard;
  readonly #options: QuotaOptions;
  readonly #counts: Map<string | undefined, ClientCounts> = new Map();
  readonly #tenant: Count | undefined;

  constructor(guard: Guard, options: QuotaOptions) {
    this.#guard = guard;
    this.#options = options;
    if (options.budget !== undefined)
      this.#tenant = new Count(guard, { name: 'q:tenant', points: options.budget, seconds: MONTH });
    for (const clientId of [undefined, ...options.byClient.keys()])
      this.#counts.set(clientId, this.#make(clientId));
  }

  /**
   * Counts a request that has a token coming to it.
   * @throws TokenCacheError
   */
  async request(clientId: string, digest: string): Promise<void> {
    const over = await tooMany(this.#of(clientId).minute.consume(digest));
    if (over !== undefined) throw exceeded('requests a minute', over.msBeforeNext);
  }

  /**
   * Counts a grant before it is asked for.
   * @param digest of the exact credentials: who guesses secrets uses up nobody's quota
   * @throws TokenCacheError
   */
  async reserve(clientId: string, digest: string): Promise<Reservation> {
    const taken: (() => Promise<void>)[] = [];
    const cancel = async (): Promise<void> => {
      for (const giveBack of taken.splice(0)) await giveBack();
    };
    for (const { count, isMonth } of this.#of(clientId).grants) {
      const key = isMonth ? `${this.#month()}:${digest}` : digest;
      const over = await count.consume(key);
      taken.push(() => count.giveBack(key));
      if (over === undefined) continue;
      await cancel();
      throw exceeded('tokens', isMonth ? this.#untilNextMonth() : over.msBeforeNext);
    }
    return { cancel };
  }

  /** Counts a token that the issuer has given, against the tenant's budget. */
  async granted(): Promise<void> {
    const { budget, onBudget } = this.#options;
    if (this.#tenant === undefined || budget === undefined) return;
    const used = await this.#tenant.add(this.#month());
    onBudget(
      used,
      budget,
      WARNINGS.findLast((share) => used === Math.ceil(budget * share)),
    );
  }

  #of(clientId: string): ClientCounts {
    // The default is always there.
    return (this.#counts.get(clientId) ?? this.#counts.get(undefined)) as ClientCounts;
  }

  #make(clientId: string | undefined): ClientCounts {
    const { quotas, byClient, budget } = this.#options;
    const own = clientId === undefined ? {} : (byClient.get(clientId) ?? {});
    const {
      requestsPerMinute = 6000,
      grantsPerHour = 60,
      grantsPerDay = 240,
      grantsPerMonth = budget === undefined ? undefined : Math.max(1, Math.floor(budget / 2)),
    } = { ...quotas, ...defined(own) };
    const count = (name: string, points: number, seconds: number) => ({
      count: new Count(this.#guard, { name: `q:${name}`, points, seconds }),
      isMonth: seconds === MONTH,
    });
    return {
      minute: memoryLimiter({ name: 'minute', points: requestsPerMinute, seconds: MINUTE }),
      grants: [
        count('hour', grantsPerHour, HOUR),
        count('day', grantsPerDay, DAY),
        ...(grantsPerMonth === undefined ? [] : [count('month', grantsPerMonth, MONTH)]),
      ],
    };
  }

  /** `2026-11` */
  #month(): string {
    return new Date(this.#options.clock.date()).toISOString().slice(0, 7);
  }

  #untilNextMonth(): number {
    const now = new Date(this.#options.clock.date());
    return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1) - now.getTime();
  }
}

/** The library rejects with what says that there are too many, and with errors. */
async function tooMany(consumed: Promise<RateLimiterRes>): Promise<RateLimiterRes | undefined> {
  try {
    await consumed;
    return undefined;
  } catch (reason) {
    if (reason instanceof Error) throw reason;
    return reason as RateLimiterRes;
  }
}

function exceeded(what: string, ms: number): TokenCacheError {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  return new TokenCacheError(
    'quota_exceeded',
    429,
    {
      error: 'too_many_requests',
      error_description: `this client has used up its ${what}: reuse the token until it expires`,
    },
    { 'retry-after': String(seconds) },
  );
}
