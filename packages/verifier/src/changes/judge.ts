// What the changes mean for one token: whether it is refused, and which of its names are void.

import type { Evidence, Mark } from './mark.ts';
import { later } from './mark.ts';
import type { ChangeTable, TokenOwner } from './table.ts';

/** A verified token, as far as changes are about it. */
export interface JudgedToken extends TokenOwner {
  /** Milliseconds since 1970 at which its permissions were read, at the earliest. */
  readonly asOf: number;
}

/** Why an answer needs a newer token. */
export interface Staleness {
  /** `out`: the whole token is refused; `changed`: the name is void; `forgotten`: the token is older than what the feed remembers. */
  readonly cause: 'out' | 'changed' | 'forgotten';
  /** Milliseconds since 1970 of the last change: that of the cause, or the horizon. */
  readonly at: number;
  /** Milliseconds since 1970: a token read later than this has the final answer. */
  readonly until: number;
  /** Of the record, for logs. */
  readonly by?: string;
}

/** Whether a change at `at` is later than what a token of `asOf` can know; both ms since 1970. */
export function counts(asOf: number, at: number, guard: number): boolean {
  return asOf <= at + guard;
}

/** The judgement of one token, which follows the table. */
export class Judge {
  readonly #table: ChangeTable;
  readonly #token: JudgedToken;
  readonly #guard: number;
  #version = -1;
  /** What has something to say that counts for this token: for most, nothing. */
  #evidence: readonly Evidence[] = [];
  #refusal: Staleness | undefined;

  /** `guard`: milliseconds between reading a user's permissions and issuing the token, at most. */
  constructor(table: ChangeTable, token: JudgedToken, guard: number) {
    this.#table = table;
    this.#token = token;
    this.#guard = guard;
  }

  /** Why the whole token is refused; undefined where it isn't. One comparison while the table is the same. */
  refusal(): Staleness | undefined {
    this.#catchUp();
    return this.#refusal;
  }

  /** Whether what the token says counts, for all of its names: one comparison while the table is the same. */
  isClear(): boolean {
    this.#catchUp();
    return this.#evidence.length === 0 && this.#refusal === undefined;
  }

  /**
   * Why there is no answer for a name; undefined where what the token says counts. `held`: what it says. To be asked only
   * about names that the layout has: no newer token holds another one.
   */
  staleness(name: string, held: boolean): Staleness | undefined {
    if (this.isClear()) return undefined;
    let lost: Mark | undefined;
    let gained: Mark | undefined;
    for (const evidence of this.#evidence) {
      const marks = evidence.of(name);
      lost = later(lost, marks.lost);
      gained = later(gained, marks.gained);
    }
    const cause = held ? lost : gained;
    const isVoid = cause !== undefined && counts(this.#token.asOf, cause.at, this.#guard);
    if (!isVoid && this.#refusal === undefined) return undefined;
    // A later change of the same name, of either direction, would make the next token stale again.
    const last = later(later(lost, gained), this.#lastOut());
    const until = Math.max(this.#refusal?.until ?? 0, last === undefined ? 0 : last.at + this.#guard);
    return this.#refusal === undefined && cause !== undefined
      ? staleness('changed', cause, until)
      : this.#refusal && { ...this.#refusal, until };
  }

  /** The names that may be void, held by the token or not; undefined where every name may be. */
  changedNames(): ReadonlySet<string> | undefined {
    if (this.refusal() !== undefined) return undefined;
    const changed = new Set<string>();
    for (const evidence of this.#evidence) {
      const names = evidence.names();
      if (names === undefined) return undefined;
      for (const name of names) changed.add(name);
    }
    return changed;
  }

  #catchUp(): void {
    if (this.#version !== this.#table.version.number) this.#follow();
  }

  #follow(): void {
    this.#version = this.#table.version.number;
    const { asOf } = this.#token;
    const evidence = this.#table.evidence(this.#token);
    this.#evidence = evidence.filter(({ latest }) => counts(asOf, latest, this.#guard));
    const { horizon } = this.#table;
    const out = this.#lastOut();
    if (out !== undefined && counts(this.#token.asOf, out.at, this.#guard)) {
      this.#refusal = staleness('out', out, Math.max(out.at, horizon) + this.#guard);
    } else if (horizon > 0 && counts(this.#token.asOf, horizon, this.#guard)) {
      this.#refusal = { cause: 'forgotten', at: horizon, until: horizon + this.#guard };
    } else this.#refusal = undefined;
  }

  #lastOut(): Mark | undefined {
    let out: Mark | undefined;
    for (const evidence of this.#evidence) out = later(out, evidence.out);
    return out;
  }
}

function staleness(cause: 'out' | 'changed', { at, by }: Mark, until: number): Staleness {
  return by === undefined ? { cause, at, until } : { cause, at, until, by };
}

/**
 * Seconds until a refresh leads to a final answer. `precision`: milliseconds that an as-of time is rounded down by at most;
 * `tolerance`: milliseconds that clocks may differ by.
 */
export function retryAfter(
  { until }: Staleness,
  now: number,
  { precision, tolerance }: { readonly precision: number; readonly tolerance: number },
): number {
  return Math.ceil(Math.max(0, until - now + precision + tolerance) / 1000);
}
