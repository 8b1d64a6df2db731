// What one verifier knows of changes, kept in step with its feed: asked for every token, and for every permission. It answers
// with values; turning them into refusals is the verifier's.

import type { WrittenAsOf } from '../claim/as-of.ts';
import { tell } from '../hooks.ts';
import { asOfToken } from './as-of.ts';
import type { FeedStatus } from './feed-state.ts';
import { FeedState } from './feed-state.ts';
import { follow } from './follow.ts';
import type { Staleness } from './judge.ts';
import { Judge, retryAfter } from './judge.ts';
import type { CheckedChanges } from './options.ts';
import type { StalePolicy } from './policy.ts';
import { pass } from './policy.ts';
import type { ChangeCounts, TableVersion, TokenOwner } from './table.ts';
import { ChangeTable } from './table.ts';

/** For health checks and metrics. */
export interface FreshnessReport extends ChangeCounts {
  /** `starting`: nothing has been read; `live`: changes are known up to `lag`; `stale`: they are not. */
  readonly state: FeedStatus;
  /** Seconds since the feed was last known to be complete; undefined before the first time. */
  readonly lag: number | undefined;
  readonly onStale: StalePolicy;
  /** Milliseconds since 1970: tokens that are as old need a refresh. 0 where nothing has been forgotten. */
  readonly horizon: number;
  /** Another one whenever an answer may have changed. */
  readonly version: number;
  /** How often the feed has failed since the verifier was made. */
  readonly failures: number;
}

/** Where a verifier's table, clock and tolerance come from. */
export interface FreshnessBackground {
  /** The audience's name in claimgen.config. */
  readonly audience: string;
  readonly names: { has(name: string): boolean };
  /** Milliseconds that clocks may differ by. */
  readonly tolerance: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A token that has been verified. */
export interface FreshToken extends TokenOwner {
  /** Seconds. */
  readonly iat: number;
  /** What the Action wrote into the claim. */
  readonly written: WrittenAsOf | undefined;
}

/** Why there is no answer now. `wait`: seconds after which there is one, for `Retry-After`. */
export type NoAnswer =
  | { readonly kind: 'unavailable'; readonly wait: number }
  | { readonly kind: 'stale'; readonly wait: number; readonly cause: Staleness | undefined };

/** Milliseconds that the first token waits for the first frame. */
const FIRST_FRAME = 2000;
/** Seconds after which a feed that can't be read may be asked about again. */
export const UNAVAILABLE_WAIT = 5;
/** Milliseconds between two warnings that a stale feed is allowed. */
const WARN_EVERY = 60_000;

export class Freshness {
  readonly #options: CheckedChanges;
  readonly #background: FreshnessBackground;
  readonly #table: ChangeTable;
  readonly #feed: FeedState;
  readonly #first: Promise<void>;
  #failures = 0;
  #warned = Number.NEGATIVE_INFINITY;
  #lastError: unknown;
  readonly #listeners: Set<() => void> = new Set();
  #told = 0;
  /** Seconds, of the system's clock: the feed was live then. Set here only. */
  liveAt: number = Number.NaN;

  /** Begins to read the feed. */
  constructor(options: CheckedChanges, background: FreshnessBackground) {
    this.#options = options;
    this.#background = background;
    this.#table = new ChangeTable(background);
    this.#feed = new FeedState(this.#table, options.maxStaleness);
    let arrived = () => {};
    this.#first = new Promise((resolve) => {
      arrived = resolve;
    });
    void follow(options.feed, this.#feed, {
      monotonic: () => performance.now(),
      wall: background.now,
      signal: options.signal,
      onFrame: () => {
        if (this.#feed.lag(performance.now()) !== undefined) arrived();
        this.#tell();
      },
      onError: (error) => {
        this.#failures += 1;
        this.#lastError = error;
      },
    });
  }

  /** Whether anything has been read: until then `start` is to be waited for. */
  get isStarted(): boolean {
    return this.#feed.lag(0) !== undefined;
  }

  /** Resolves when the feed has been read for the first time, or after 2 s. */
  async start(): Promise<void> {
    if (this.isStarted) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, FIRST_FRAME);
    });
    await Promise.race([this.#first, late]);
    clearTimeout(timer);
  }

  /** Has `listener` called whenever an answer may have changed, until what this returns is called. It must not throw. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Follows the changes of one token; to be kept with it. */
  judge(token: FreshToken): TokenFreshness {
    return new TokenFreshness(this, this.#table, this.#background, token);
  }

  /**
   * Why no token of this age passes now; undefined where it does. `now`: what the system's clock says, if it was read anyway,
   * in seconds, or NaN. In the same millisecond of it the feed is not asked again: reading a second clock takes longer than
   * all that is done for a token that the cache has.
   */
  gate(token: { readonly sub: string; readonly asOf: number }, now: number): NoAnswer | undefined {
    if (now === this.liveAt) return undefined;
    const monotonic = performance.now();
    const status = this.#feed.status(monotonic);
    if (status === 'live') {
      this.liveAt = now;
      return undefined;
    }
    const { onStale: policy, maxAge } = this.#options;
    const feed = { status, lag: this.#feed.lag(monotonic) };
    const gate = { policy, maxAge, tolerance: this.#background.tolerance };
    const answer = pass(gate, feed, token, this.#background.now());
    if (policy === 'allow' && status === 'stale') this.#warn(monotonic);
    if (answer === 'pass') return undefined;
    return answer === 'old'
      ? { kind: 'stale', wait: 0, cause: undefined }
      : { kind: 'unavailable', wait: UNAVAILABLE_WAIT };
  }

  report(): FreshnessReport {
    const monotonic = performance.now();
    const lag = this.#feed.lag(monotonic);
    return {
      ...this.#table.counts,
      state: this.#feed.status(monotonic),
      lag: lag === undefined ? undefined : lag / 1000,
      onStale: this.#options.onStale,
      horizon: this.#table.horizon,
      version: this.#table.version.number,
      failures: this.#failures,
    };
  }

  #tell(): void {
    const { number } = this.#table.version;
    if (number === this.#told) return;
    this.#told = number;
    for (const listener of this.#listeners) listener();
  }

  #warn(monotonic: number): void {
    if (monotonic - this.#warned < WARN_EVERY) return;
    this.#warned = monotonic;
    tell(
      this.#options.log,
      new Error('the feed of changes is stale, and tokens pass all the same', { cause: this.#lastError }),
    );
  }
}

/** The freshness of one token, judged at each question. */
export class TokenFreshness {
  readonly #freshness: Freshness;
  readonly #background: FreshnessBackground;
  readonly #judge: Judge;
  readonly #version: TableVersion;
  /** The version at which no change was about the token. */
  #clear = -1;
  readonly #precision: number;
  readonly sub: string;
  /** Milliseconds since 1970. */
  readonly asOf: number;

  constructor(freshness: Freshness, table: ChangeTable, background: FreshnessBackground, token: FreshToken) {
    const { iat, written, sub, org, machine } = token;
    this.#freshness = freshness;
    this.#background = background;
    const { at, guard, precision } = asOfToken(iat, written);
    this.#precision = precision;
    this.sub = sub;
    this.asOf = at;
    this.#version = table.version;
    this.#judge = new Judge(table, { sub, org, machine, asOf: this.asOf }, guard);
  }

  /**
   * Whether it is known that the token passes: nothing is about it, and the feed was live in this millisecond. As short as it
   * is, it costs a request nothing. `now`: as for `gate`.
   */
  passes(now: number): boolean {
    return this.#version.number === this.#clear && now === this.#freshness.liveAt;
  }

  /** Why the token does not pass; undefined where it does. `now`: as for `gate`. */
  refusal(now: number = Number.NaN): NoAnswer | undefined {
    const refusal = this.#freshness.gate(this, now) ?? this.#stale(this.#judge.refusal());
    if (this.#judge.isClear()) this.#clear = this.#version.number;
    return refusal;
  }

  /** Why there is no answer for a name that the layout has; undefined where what the token says counts. */
  staleness(name: string, held: boolean): NoAnswer | undefined {
    return this.#stale(this.#judge.staleness(name, held));
  }

  /** Whether the token may be asked about `name`; for sets, where there is nothing to say why. */
  isVoid(name: string, held: boolean): boolean {
    return this.#version.number !== this.#clear && this.#judge.staleness(name, held) !== undefined;
  }

  /** The names that may be void, held by the token or not; undefined where every name may be. */
  changedNames(): ReadonlySet<string> | undefined {
    return this.#judge.changedNames();
  }

  /** As of `Freshness`. */
  subscribe(listener: () => void): () => void {
    return this.#freshness.subscribe(listener);
  }

  #stale(cause: Staleness | undefined): NoAnswer | undefined {
    if (cause === undefined) return undefined;
    const { now, tolerance } = this.#background;
    return {
      kind: 'stale',
      cause,
      wait: retryAfter(cause, now(), { precision: this.#precision, tolerance }),
    };
  }
}
