/** A part of every key that a purge replaces: what was kept before is found no more, and neither is what a late writer adds. */
import { LRUCache } from 'lru-cache';
import type { Guard } from './guard.ts';
import type { Keys } from './key.ts';

/** Milliseconds after which a purge by another process counts here. */
const FRESH = 1000;
/** Milliseconds that a generation is kept for a client that the issuer has not answered yet. */
const UNPROVEN = 60_000;
/** Milliseconds that it is kept after a grant: longer than any token. */
const PROVEN = 60 * 86_400_000;
const MAX_CLIENTS = 10_000;

export class Generations {
  readonly #guard: Guard;
  readonly #keys: Keys;
  readonly #known: LRUCache<string, string>;

  constructor(guard: Guard, keys: Keys) {
    this.#guard = guard;
    this.#keys = keys;
    this.#known = new LRUCache<string, string>({
      max: MAX_CLIENTS,
      ttl: FRESH,
      ignoreFetchAbort: true,
      fetchMethod: (clientId, last) => this.#read(clientId, last),
    });
  }

  async current(clientId: string): Promise<string> {
    return (await this.#known.fetch(clientId)) ?? crypto.randomUUID();
  }

  /** Keeps a client's generation as long as its token may be kept. */
  async prove(clientId: string): Promise<void> {
    const key = await this.#key(clientId);
    await this.#guard.run(
      (store) => store.extend(key, PROVEN),
      () => undefined,
    );
  }

  /** Rejects where the store is down: nothing was purged then. */
  async purge(clientId: string): Promise<void> {
    const key = await this.#key(clientId);
    await this.#guard.must((store) => store.write(key, crypto.randomUUID(), PROVEN));
    this.#known.delete(clientId);
  }

  /** Random where there is none: one that was lost, with the store or by eviction, must not come back as it was before a purge. */
  async #read(clientId: string, last: string | undefined): Promise<string> {
    const key = await this.#key(clientId);
    const made = crypto.randomUUID();
    return this.#guard.run(
      async (store) =>
        (await store.read(key))?.value ??
        ((await store.claim(key, made, UNPROVEN)) === true ? made : ((await store.read(key))?.value ?? made)),
      () => last ?? made,
    );
  }

  async #key(clientId: string): Promise<string> {
    return `g:${await this.#keys.client(clientId)}`;
  }
}
