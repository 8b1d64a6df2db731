// When to try again, and whether.

/**
 * Statuses that another try may change; 0 stands for no answer at all. RFC 9110, section 15;
 * RFC 6585, section 4.
 */
const PASSING: ReadonlySet<number> = new Set([0, 408, 429, 500, 502, 503, 504]);

const FIRST_BACKOFF = 100;
const LONGEST_BACKOFF = 1000;

/** An answer that is no success. */
export interface Refusal {
  readonly status: number;
  readonly header: (name: string) => string | null;
}

/**
 * Milliseconds to wait before the next try: what the server asks for, and a random part of a
 * growing backoff on top, so that logins which were refused together don't come back together.
 * Undefined where another try is of no use.
 * @param attempt 0 for the first try
 * @param now milliseconds since the epoch
 * @param random from 0 to 1
 */
export function retryDelay(
  { status, header }: Refusal,
  attempt: number,
  now: number,
  random: number,
): number | undefined {
  if (!PASSING.has(status)) return undefined;
  const backoff = Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** attempt);
  return askedDelay(status, header, now) + random * backoff;
}

/**
 * `Retry-After` (RFC 9110, section 10.2.3); without it, Auth0's `x-ratelimit-reset` in seconds
 * since the epoch. Dates are in GMT: Date.parse alone reads `3.5` and `soon 1`, too.
 */
function askedDelay(status: number, header: Refusal['header'], now: number): number {
  const after = header('retry-after');
  if (after !== null) {
    const date = / GMT$/.test(after) ? Date.parse(after) : Number.NaN;
    const delay = /^\d+$/.test(after) ? Number(after) * 1000 : date - now;
    if (!Number.isNaN(delay)) return Math.max(0, delay);
  }
  const reset = status === 429 ? header('x-ratelimit-reset') : null;
  return reset !== null && /^\d+$/.test(reset) ? Math.max(0, Number(reset) * 1000 - now) : 0;
}
