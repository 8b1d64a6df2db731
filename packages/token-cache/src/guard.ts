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
  readonly #onChange: (isUp: boolean, reason?: string) => void;
  #isUp = true;
  #nextLook = 0;

  /** @param onChange told once each time, with the kind of what went wrong */
  constructor(store: TokenStore, onChange: (isUp: boolean, reason?: string) => void) {
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
    } catch (error) {
      this.#nextLook = performance.now() + PAUSE;
      this.#turn(false, kindOf(error));
      return fallback();
    }
  }

  /** What the store gives, for what has no fallback. Rejects where it is down. */
  must<T>(use: (store: TokenStore) => Promise<T>): Promise<T> {
    return within(use(this.store));
  }

  #turn(isUp: boolean, reason?: string): void {
    if (this.#isUp === isUp) return;
    this.#isUp = isUp;
    this.#onChange(isUp, reason);
  }
}

class StoreTimeout extends Error {
  readonly code = 'TIMEOUT';
}

/** A code such as ECONNREFUSED, what Redis begins its errors with, or the error's class. The rest may hold what was sent. */
function kindOf(error: unknown): string {
  const { code, message } = Object(error) as { readonly code?: unknown; readonly message?: unknown };
  const kinds = [code, String(message).split(' ', 1)[0]];
  const kind = kinds.find((text) => typeof text === 'string' && /^[A-Z_]{2,30}$/u.test(text));
  return typeof kind === 'string' ? kind : error instanceof Error ? error.constructor.name : typeof error;
}

/** Rejects after so many turns of the event loop, in each of which answers were read. */
async function within<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const tick = (left: number): void => {
      timer = setTimeout(() => {
        if (left > 1) tick(left - 1);
        else reject(new StoreTimeout('the store did not answer in time'));
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
