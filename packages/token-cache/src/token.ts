/** A token that is kept: what the issuer answered, and how much of its life is left. */
import { decodeJwt } from 'jose';
import type { Clock, Moment } from './clock.ts';

/** Milliseconds before its end at which a token is refreshed at the latest. */
const AHEAD = 60_000;
/** The share of its life by which a long-lived one is refreshed before its end, more or less: not all at once. */
const SHARE = 0.1;
const JITTER = 0.02;
/** Milliseconds: a token with less left than this may expire on its way to the API, so a caller waits for the next. */
const LAST = 10_000;
/** Milliseconds: no token is kept for longer, even if it lives longer. */
const MAX_KEPT = 30 * 86_400_000;

/** What is kept of a token, in a store. */
export interface TokenContent {
  /** The members of the issuer's answer, but for `expires_in`. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Milliseconds from its issue to its expiry. */
  readonly life: number;
  /** Milliseconds of these that it is kept for. */
  readonly kept: number;
}

export class CachedToken {
  readonly content: TokenContent;
  /** What its requests are counted by. */
  readonly digest: string;
  readonly #clock: Clock;
  readonly #asOf: Moment;
  /** Milliseconds that were gone then. */
  readonly #gone: number;
  readonly #refreshAt: number;
  #retryAt: Moment | undefined;
  #pause = 0;

  /** @param asOf from when its life is counted: before whoever told it was asked */
  constructor(content: TokenContent, gone: number, asOf: Moment, digest: string, clock: Clock) {
    const { kept } = content;
    this.content = content;
    this.digest = digest;
    this.#clock = clock;
    this.#asOf = asOf;
    this.#gone = gone;
    const share = kept * (SHARE + JITTER * (Math.random() * 2 - 1));
    // Of a short life no more than its half: a token that is due as soon as it comes would be asked for at every request.
    this.#refreshAt = kept - Math.min(kept / 2, Math.max(AHEAD, share));
  }

  /** Milliseconds since its issue. */
  get age(): number {
    return this.#gone + this.#clock.since(this.#asOf);
  }

  /** Seconds that it is valid for: `expires_in`. */
  get expiresIn(): number {
    return Math.floor((this.content.life - this.age) / 1000);
  }

  /** Milliseconds that it is kept for. */
  get left(): number {
    return this.content.kept - this.age;
  }

  /** Whether it may be given out. */
  get isValid(): boolean {
    return this.left > 0 && this.expiresIn > 0;
  }

  /** Whether the next one should be asked for, while this one is given out. */
  get isDue(): boolean {
    const isPaused = this.#retryAt !== undefined && this.#clock.since(this.#retryAt) < this.#pause;
    return this.age >= this.#refreshAt && !isPaused;
  }

  /** Whether the caller should wait for the next one. */
  get isLast(): boolean {
    return this.left <= Math.min(LAST, this.content.kept / 10);
  }

  /** The next one is not asked for within so many milliseconds. */
  pause(ms: number): void {
    this.#retryAt = this.#clock.now();
    this.#pause = ms;
  }
}

/**
 * What is kept of an issuer's answer; undefined where nobody knows until when it is valid, or it is bound to its sender.
 * @param maxAge milliseconds
 */
export function contentOf(
  answer: Readonly<Record<string, unknown>>,
  maxAge: number,
): TokenContent | undefined {
  const { expires_in, ...fields } = answer;
  const seconds =
    typeof expires_in === 'string' && /^\d+$/u.test(expires_in) ? Number(expires_in) : expires_in;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds < 1) return undefined;
  const type = fields['token_type'];
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') return undefined;
  if (isBound(fields['access_token'])) return undefined;
  const life = seconds * 1000;
  return { fields, life, kept: Math.min(life, maxAge, MAX_KEPT) };
}

/** RFC 7800: whoever has no key of the claim `cnf` can't use it. Of an opaque token nobody knows. */
function isBound(token: unknown): boolean {
  try {
    return Object.hasOwn(decodeJwt(String(token)), 'cnf');
  } catch {
    return false;
  }
}
