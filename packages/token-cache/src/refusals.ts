/** What the issuer has refused, for a few seconds and for exactly these credentials and parameters: who repeats it asks nobody. */
import { LRUCache } from 'lru-cache';
import type { Clock, Moment } from './clock.ts';
import { TokenCacheError } from './errors.ts';

/** Milliseconds that a 401 or 403 counts. */
const REFUSED = 5000;
/** Milliseconds that a 429 counts at most. */
const LIMITED = 60_000;
const MAX_REFUSALS = 10_000;

interface Refusal {
  readonly error: TokenCacheError;
  readonly at: Moment;
}

export class Refusals {
  readonly #clock: Clock;
  readonly #refusals: LRUCache<string, Refusal> = new LRUCache({ max: MAX_REFUSALS });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Keeps a refusal; anything else that went wrong may be over at the next request. */
  add(key: string, error: TokenCacheError): void {
    if (countsFor(error) > 0) this.#refusals.set(key, { error, at: this.#clock.now() });
  }

  /** The refusal that still counts, with the seconds that are left. */
  get(key: string): TokenCacheError | undefined {
    const refusal = this.#refusals.get(key);
    if (refusal === undefined) return undefined;
    const { error, at } = refusal;
    const gone = this.#clock.since(at);
    if (gone >= countsFor(error)) {
      this.#refusals.delete(key);
      return undefined;
    }
    if (error.retryAfter === undefined) return error;
    return new TokenCacheError(error.code, error.status, error.fields, {
      ...error.headers,
      'retry-after': String(Math.max(1, Math.ceil(error.retryAfter - gone / 1000))),
    });
  }
}

/** Milliseconds. */
function countsFor({ code, status, retryAfter = 1 }: TokenCacheError): number {
  if (code === 'rate_limited') return Math.min(LIMITED, retryAfter * 1000);
  return code === 'refused' && (status === 401 || status === 403) ? REFUSED : 0;
}
