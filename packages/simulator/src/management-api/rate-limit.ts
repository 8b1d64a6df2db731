// A token bucket for each plan, and the headers that tell of it
// (https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy).

/** Requests that may come at once, and those that are added in a second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Of the Management API, by plan, as Auth0 documents them. */
export const PLANS: {
  readonly free: Rate;
  readonly essentials: Rate;
  readonly enterprise: Rate;
  readonly enterpriseNonProduction: Rate;
} = {
  free: { burst: 2, perSecond: 2 },
  essentials: { burst: 10, perSecond: 150 / 60 },
  enterprise: { burst: 50, perSecond: 16 },
  enterpriseNonProduction: { burst: 10, perSecond: 2 },
};

/** What became of a request, and the headers of its answer. */
export interface Admission {
  readonly admitted: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #filledAt: number | undefined;

  constructor(rate: Rate) {
    this.#rate = rate;
    this.#tokens = rate.burst;
  }

  /** @param now milliseconds since 1970 */
  take(now: number): Admission {
    const { burst, perSecond } = this.#rate;
    const elapsed = Math.max(0, now - (this.#filledAt ?? now)) / 1_000;
    this.#tokens = Math.min(burst, this.#tokens + elapsed * perSecond);
    this.#filledAt = now;
    const admitted = this.#tokens >= 1;
    if (admitted) this.#tokens -= 1;
    const secondsToFull = (burst - this.#tokens) / perSecond;
    return {
      admitted,
      headers: {
        'x-ratelimit-limit': String(burst),
        'x-ratelimit-remaining': String(Math.floor(this.#tokens)),
        'x-ratelimit-reset': String(Math.ceil(now / 1_000 + secondsToFull)),
      },
    };
  }
}
