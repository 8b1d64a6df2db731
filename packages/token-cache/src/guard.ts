/** A store that may be down: then each process goes on for itself, says so once, and looks again after a second. */
import type { TokenStore } from './store.ts';

/** Milliseconds that a call of a store may take. */
const DEADLINE = 1000;
/** Into which it is divided: a process that was busy for a second has not read its answers, and counts it once. */
const TICKS = 10;
/** Milliseconds between two looks at a store that is down. */
const PAUSE = 1000;

export class Guard {
  readonly store: TokenStore;
  readonly #onChange: (isUp: boolean) => void;
  #isUp = true;
  #nextLook = 0;

  constructor(store: TokenStore, onChange: (isUp: boolean) => void) {
    this.store = store;
    this.#onChange = onChange;
  }

  /** What the store gives; what `fallback` gives where it is down. */
  async run<T>(use: (store: TokenStore) => Promise<T>, fallback: () => T | Promise<T>): Promise<T> {
    if (!this.#isUp) {
      if (performance.now() < this.#nextLook) return fallback();
      // One call looks; the others don't wait for it.
      this.#nextLook = performance.now() + DEADLINE + PAUSE;
    }
    try {
      const value = await within(use(this.store));
      this.#turn(true);
      return value;
    } catch {
      // What a client throws may hold what was sent: nothing of it is repeated.
      this.#nextLook = performance.now() + PAUSE;
      this.#turn(false);
      return fallback();
    }
  }

  /** What the store gives, for what has no fallback. Rejects where it is down. */
  must<T>(use: (store: TokenStore) => Promise<T>): Promise<T> {
    return within(use(this.store));
  }

  #turn(isUp: boolean): void {
    if (this.#isUp === isUp) return;
    this.#isUp = isUp;
    this.#onChange(isUp);
  }
}

/** Rejects after so many turns of the event loop, in each of which answers were read. */
async function within<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const tick = (left: number): void => {
      timer = setTimeout(() => {
        if (left > 1) tick(left - 1);
        else reject(new Error('the store did not answer in time'));
      }, DEADLINE / TICKS);
    };
    tick(TICKS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
