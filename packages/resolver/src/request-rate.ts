/** How many requests a second go to the tenant, of all processes that share a store. */
import { TenantError } from '@claimgen/tenant';
import type { Guard } from '@claimgen/token-cache/fleet';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

const KEY = 'tenant';

export class RequestRate {
  readonly #own: RateLimiterAbstract;
  readonly #shared: RateLimiterAbstract | undefined;
  readonly #guard: Guard | undefined;

  constructor(requestsPerSecond: number, guard: Guard | undefined) {
    this.#own = new RateLimiterMemory({ keyPrefix: 'r', points: requestsPerSecond, duration: 1 });
    this.#shared = guard?.store.limiter({ name: 'r', points: requestsPerSecond, seconds: 1 });
    this.#guard = guard;
  }

  /**
   * Resolves when a request may be sent.
   * @throws TenantError `rate_limited`, which the wire does not try again
   * @param end by `performance.now()`; what can't be sent before is refused at once
   */
  async pass(end: number): Promise<void> {
    for (;;) {
      const wait = await this.#consume();
      if (wait === 0) return;
      if (performance.now() + wait >= end) {
        throw new TenantError('rate_limited', 'there are too many requests', 'Raise requestsPerSecond.');
      }
      // Not all at the same time.
      await new Promise((resolve) => {
        setTimeout(resolve, wait + Math.random() * 50);
      });
    }
  }

  /** Milliseconds to wait; 0 where a request may be sent. */
  #consume(): Promise<number> {
    const own = (): Promise<number> => waitOf(this.#own);
    const shared = this.#shared;
    return shared === undefined || this.#guard === undefined
      ? own()
      : this.#guard.run(() => waitOf(shared), own);
  }
}

/** The library rejects with what says that there are too many, and with errors. */
async function waitOf(limiter: RateLimiterAbstract): Promise<number> {
  try {
    await limiter.consume(KEY);
    return 0;
  } catch (reason) {
    if (reason instanceof RateLimiterRes) return Math.max(1, reason.msBeforeNext);
    throw reason;
  }
}
