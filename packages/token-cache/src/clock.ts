/** Time that only goes forward: neither a clock that is set back nor a machine that slept lengthens a token's life. */

/** A point in time, by both clocks; milliseconds. */
export interface Moment {
  readonly wall: number;
  readonly steady: number;
}

export class Clock {
  readonly #wall: () => number;

  /** @param wall milliseconds since 1970 */
  constructor(wall: () => number = Date.now) {
    this.#wall = wall;
  }

  now(): Moment {
    return { wall: this.#wall(), steady: performance.now() };
  }

  /** Milliseconds since 1970. */
  date(): number {
    return this.#wall();
  }

  /** Milliseconds since a moment, by the clock that says more: one stands still while a machine sleeps, the other is set back. */
  since({ wall, steady }: Moment): number {
    return Math.max(this.#wall() - wall, performance.now() - steady);
  }
}
