/** How many requests to the issuer may be under way, in all and for one client: what comes on top is told to wait. */
import { LRUCache } from 'lru-cache';
import { unavailable } from './errors.ts';

const MAX = 128;
const MAX_OF_CLIENT = 32;
const MAX_PROVEN = 10_000;

class Pool {
  readonly #byClient: Map<string, number> = new Map();
  #total = 0;

  /** @throws TokenCacheError */
  enter(clientId: string): void {
    const own = this.#byClient.get(clientId) ?? 0;
    if (this.#total >= MAX || own >= MAX_OF_CLIENT)
      throw unavailable('unavailable', 'too many requests to the issuer are under way', 1);
    this.#total += 1;
    this.#byClient.set(clientId, own + 1);
  }

  leave(clientId: string): void {
    this.#total -= 1;
    const own = (this.#byClient.get(clientId) ?? 1) - 1;
    if (own === 0) this.#byClient.delete(clientId);
    else this.#byClient.set(clientId, own);
  }
}

/** Two pools: who guesses secrets, under any client's id, is not in the way of those that the issuer has given a token. */
export class Pending {
  readonly #known: Pool = new Pool();
  readonly #unknown: Pool = new Pool();
  readonly #proven: LRUCache<string, true> = new LRUCache({ max: MAX_PROVEN });

  /**
   * Runs a request to the issuer.
   * @param digest of the exact credentials
   * @throws TokenCacheError
   */
  async run<T>(clientId: string, digest: string, request: () => Promise<T>): Promise<T> {
    const pool = this.#proven.has(digest) ? this.#known : this.#unknown;
    pool.enter(clientId);
    try {
      return await request();
    } finally {
      pool.leave(clientId);
    }
  }

  /** The issuer has given these credentials a token. */
  prove(digest: string): void {
    this.#proven.set(digest, true);
  }
}
