// Which proofs have been used: RFC 9449, section 11.1.
import { checkNumber, readOwnOptions } from '../own-options.ts';

/** Where used proofs are remembered; for an API on several servers, one that all of them share. */
export interface ReplayStore {
  /**
   * Remembers `id` until `expires`, in seconds since 1970; `true` if it was not there, in one step, so that of two
   * requests at the same time one gets `true`. Every other answer refuses the proof; an error, or none within 5 seconds,
   * is a 503. `id` has 43 characters of base64url.
   *
   * @example
   * add: async (id, expires) => (await redis.set(`dpop:${id}`, '', { NX: true, EXAT: expires })) === 'OK'
   */
  add(id: string, expires: number): boolean | Promise<boolean>;
}

export interface ReplayMemoryOptions {
  /** How many proofs are remembered, some 100 bytes each. By default 100,000. */
  readonly entries?: number;
}

/** Throws a TypeError for what is neither a store nor bounds of the memory. */
export function checkReplays(
  replays: ReplayStore | ReplayMemoryOptions | undefined,
  now: () => number,
): ReplayStore {
  if (typeof replays === 'object' && replays !== null && 'add' in replays) {
    if (typeof replays.add === 'function') return replays;
    throw new TypeError('dpop.replays must have a method add(id, expires), or be {entries}');
  }
  const { entries = 100_000 } = readOwnOptions<ReplayMemoryOptions>(
    replays ?? {},
    ['entries'],
    'dpop.replays',
  );
  return new ReplayMemory(
    checkNumber('dpop.replays.entries', entries, { least: 1, most: 10_000_000, whole: true }),
    now,
  );
}

/**
 * In this process. Where there are more proofs than it may remember, it forgets the oldest and from then on refuses all
 * that are as old: under more load proofs must be younger, but none is accepted twice.
 */
export class ReplayMemory implements ReplayStore {
  readonly #most: number;
  readonly #now: () => number;
  readonly #used: Set<string> = new Set();
  /** By the second in which they expire. */
  readonly #expiring: Map<number, string[]> = new Map();
  /** What expires by then has been forgotten. */
  #forgotten = Number.NEGATIVE_INFINITY;

  constructor(most: number, now: () => number) {
    this.#most = most;
    this.#now = now;
  }

  add(id: string, expires: number): boolean {
    const second = Math.ceil(expires);
    const now = Math.floor(this.#now());
    this.#forgetUntil(now);
    if (!(second > Math.max(now, this.#forgotten))) return false;
    if (this.#used.has(id)) return false;
    this.#used.add(id);
    const expiring = this.#expiring.get(second);
    if (expiring === undefined) this.#expiring.set(second, [id]);
    else expiring.push(id);
    while (this.#used.size > this.#most) this.#forgetUntil(Math.min(...this.#expiring.keys()));
    return second > this.#forgotten;
  }

  /** There are no more seconds than those between the oldest proof and the newest. */
  #forgetUntil(last: number): void {
    for (const [second, ids] of this.#expiring) {
      if (second > last) continue;
      // Not `last`: a clock that was ahead for a moment would have all proofs refused until it is that late.
      this.#forgotten = Math.max(this.#forgotten, second);
      for (const id of ids) this.#used.delete(id);
      this.#expiring.delete(second);
    }
  }
}
