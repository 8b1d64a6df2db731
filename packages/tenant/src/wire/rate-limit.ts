// How long to wait, as an answer says it: Retry-After (RFC 9110, section 10.2.3) and Auth0's x-ratelimit-* headers
// (https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy).

/** Longer waits than this are not believed: a wrong header would stop the command for days. */
const MAX_WAIT = 15 * 60_000;
/** Milliseconds by which clocks may differ and be the same. */
const CLOCK_TOLERANCE = 2_000;

/** What an answer says of the limit of requests. */
export interface RateLimit {
  /** Requests that may come in a burst. */
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  /** Milliseconds until more are allowed, by the server's own clock. */
  readonly reset: number | undefined;
  /** Milliseconds of Retry-After. */
  readonly retryAfter: number | undefined;
}

/** Reads the headers of an answer that came at `now`. */
export function readRateLimit(headers: Headers, now: number): RateLimit {
  const date = httpDate(headers.get('date'));
  // The server's own clock, where ours is not the same: it tells whole seconds alone.
  const serverNow = Number.isNaN(date) || Math.abs(now - date) < CLOCK_TOLERANCE ? now : date;
  const reset = wholeNumber(headers.get('x-ratelimit-reset'));
  return {
    limit: wholeNumber(headers.get('x-ratelimit-limit')),
    remaining: wholeNumber(headers.get('x-ratelimit-remaining')),
    reset: reset === undefined ? undefined : clamp(reset * 1_000 - serverNow),
    retryAfter: readRetryAfter(headers.get('retry-after'), serverNow),
  };
}

function readRetryAfter(value: string | null, serverNow: number): number | undefined {
  const seconds = wholeNumber(value);
  if (seconds !== undefined) return clamp(seconds * 1_000);
  const date = httpDate(value);
  return Number.isNaN(date) ? undefined : clamp(date - serverNow);
}

/** RFC 9110, section 5.6.7; NaN for another text. Date.parse alone reads `3.5` and `soon 1`, too. */
function httpDate(value: string | null): number {
  return value !== null && / GMT$/u.test(value) ? Date.parse(value) : Number.NaN;
}

function wholeNumber(value: string | null): number | undefined {
  return value !== null && /^[0-9]{1,15}$/u.test(value.trim()) ? Number(value) : undefined;
}

function clamp(ms: number): number {
  return Math.min(Math.max(0, ms), MAX_WAIT);
}

/**
 * Sustained requests a second by the burst that the headers tell, for the plans that Auth0 documents
 * (https://auth0.com/docs, rate limit configurations: Free, Essentials and Professional, Enterprise).
 */
const SUSTAINED: ReadonlyMap<number, number> = new Map([
  [2, 2],
  [10, 2.5],
  [50, 16],
]);

/** Requests a second that a limit sustains; undefined for one that is not documented. */
export function sustainedRate(limit: number | undefined): number | undefined {
  return limit === undefined ? undefined : SUSTAINED.get(limit);
}

/** Requests that may leave at once; so many must be left. */
const NEEDED = 2;

/**
 * Milliseconds to hold every request back after an answer that was not 429; 0 for none. Until enough requests are added again where
 * the plan is known, else until the reset: that is told in whole seconds, which would halve the rate of the smallest plan.
 */
export function pauseAfter({ limit, remaining, reset = 0 }: RateLimit): number {
  if (remaining === undefined || remaining >= NEEDED) return 0;
  const rate = sustainedRate(limit);
  return rate === undefined ? reset : Math.min(reset, ((NEEDED - remaining) * 1_000) / rate);
}

/**
 * Milliseconds before a request is repeated: what the server asks for and up to a fifth more, so that many clients don't come at
 * once; where it says nothing, 1 s doubled with each attempt up to 30 s, a fifth more or less.
 * @param attempt from 1
 * @param random from 0 to 1
 */
export function waitBeforeRetry(limit: RateLimit, attempt: number, random: number): number {
  const asked = limit.retryAfter ?? (limit.reset === 0 ? undefined : limit.reset);
  if (asked !== undefined) return asked + random * Math.max(200, asked / 5);
  return Math.min(30_000, 1_000 * 2 ** (attempt - 1)) * (0.8 + 0.4 * random);
}
