/** Who of several processes asks the issuer: the one that has the lease of a token's key. */
import type { Guard } from './guard.ts';

export interface Lease {
  release(): Promise<void>;
}

/** Milliseconds that a lease lasts beyond the deadline of the request to the issuer. */
const MARGIN = 5000;

export class Leases {
  readonly #guard: Guard;
  readonly #ms: number;

  /** @param timeout milliseconds that a request to the issuer may take */
  constructor(guard: Guard, timeout: number) {
    this.#guard = guard;
    this.#ms = timeout + MARGIN;
  }

  /** Undefined where another has it. Where the store is down, everybody has one. */
  async acquire(key: string): Promise<Lease | undefined> {
    const holder = crypto.randomUUID();
    const name = `l:${key}`;
    const isHeld = await this.#guard.run(
      (store) => store.claim(name, holder, this.#ms),
      () => true,
    );
    // A store of another make may answer with what its database says, of no as well.
    if (isHeld !== true) return undefined;
    return {
      release: () =>
        this.#guard.run(
          (store) => store.release(name, holder),
          () => undefined,
        ),
    };
  }
}
