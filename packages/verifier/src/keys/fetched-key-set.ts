import { VerifierError } from '../errors.ts';
import type { Platform } from '../platform/platform.ts';
import type { TokenHeader } from '../token/header.ts';
import { withDeadline } from './deadline.ts';
import { KeyList, unknownKey } from './key-list.ts';
import type { CheckedKeySetOptions } from './key-set-options.ts';
import type { KeySource } from './key-source.ts';
import type { PublishedKey, VerificationKey } from './published-key.ts';

/** From this part of `maxAge` on, the set is fetched in the background while its keys are still used. */
const REFRESH_AHEAD = 0.8;
const LARGEST_PENALTY = 10;

/** Taken from the global once: there it is behind an accessor, which every request would pay for. */
const { performance } = globalThis;

/** A key set that is fetched, kept and fetched again. docs/key-sets.md tells the rules. */
export class FetchedKeySet implements KeySource {
  readonly #load: () => Promise<unknown>;
  readonly #options: CheckedKeySetOptions;
  readonly #now: () => number;
  #list: KeyList | undefined;
  #loadedAt = Number.NEGATIVE_INFINITY;
  #failedAt = Number.NEGATIVE_INFINITY;
  #lastError: unknown;
  #pending: Promise<void> | undefined;
  /** Factor of the cooldown; grows while unknown kids stay unknown. */
  #penalty = 1;

  /** `now` is seconds that only grow: setting the system's clock must not make a key set young or old. */
  constructor(
    load: () => Promise<unknown>,
    options: CheckedKeySetOptions,
    now: () => number = () => performance.now() / 1000,
  ) {
    this.#load = load;
    this.#options = options;
    this.#now = now;
  }

  find(header: TokenHeader, platform: Platform): VerificationKey | Promise<VerificationKey> {
    const known = this.#isYoung() ? this.#list?.find(header) : undefined;
    return known === undefined ? this.#findSlowly(header, platform) : this.#prepare(known, header, platform);
  }

  async prefetch(): Promise<void> {
    await this.#ensureUsable();
  }

  async #findSlowly(header: TokenHeader, platform: Platform): Promise<VerificationKey> {
    await this.#ensureUsable();
    let key = this.#list?.find(header);
    if (key === undefined) {
      await this.#askForUnknown(header);
      key = this.#list?.find(header);
    }
    // While the set can't be had, nobody can say that the key doesn't exist.
    if (key === undefined) throw this.#failedAt > this.#loadedAt ? this.#unavailable() : unknownKey();
    return this.#prepare(key, header, platform);
  }

  #prepare(
    key: PublishedKey,
    { alg }: TokenHeader,
    platform: Platform,
  ): VerificationKey | Promise<VerificationKey> {
    return key.prepare(alg, platform, () => !key.retired && this.#isYoung());
  }

  #isYoung(): boolean {
    return this.#age() < this.#options.maxAge * REFRESH_AHEAD;
  }

  #age(): number {
    return this.#now() - this.#loadedAt;
  }

  /** Resolves once the list may be used: it is young, or old and the source is down. */
  async #ensureUsable(): Promise<void> {
    if (this.#isYoung()) return;
    const { maxAge, staleIfError } = this.#options;
    const usable = this.#list !== undefined && this.#age() < maxAge + staleIfError;
    const failing = this.#failedAt > this.#loadedAt;
    if (this.#list !== undefined && (this.#age() < maxAge || (failing && usable))) {
      // Nobody waits for a refresh that is early, nor again and again for a source known to be down.
      if (!this.#coolsAfterFailure()) this.#refresh().catch(() => undefined);
      return;
    }
    if (this.#pending === undefined && this.#coolsAfterFailure()) throw this.#unavailable();
    await this.#refresh().catch((error: unknown) => {
      if (!usable || this.#age() >= maxAge + staleIfError) throw error;
    });
  }

  /** Fetches the set again for a kid that it doesn't have, unless that was done a short while ago. */
  async #askForUnknown(header: TokenHeader): Promise<void> {
    if (this.#pending !== undefined) return this.#pending;
    const wait = this.#options.cooldown * this.#penalty;
    const last = Math.max(this.#loadedAt, this.#failedAt);
    if (this.#coolsAfterFailure() || this.#now() - last < wait) return;
    await this.#refresh();
    const found = this.#list?.find(header) !== undefined;
    this.#penalty = found ? 1 : Math.min(this.#penalty * 2, LARGEST_PENALTY);
  }

  #coolsAfterFailure(): boolean {
    return this.#now() - this.#failedAt < this.#options.failureCooldown;
  }

  /** One attempt at a time: whoever asks meanwhile waits for the same. */
  #refresh(): Promise<void> {
    this.#pending ??= this.#attempt().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #attempt(): Promise<void> {
    try {
      // An answer that comes after its deadline is dropped here, so it can't bring back keys that a later one retired.
      const keySet = await withDeadline(this.#load(), this.#options.deadline);
      this.#list = new KeyList(keySet, this.#list?.keys);
      this.#loadedAt = this.#now();
    } catch (error) {
      this.#failedAt = this.#now();
      this.#lastError = error;
      throw this.#unavailable();
    }
  }

  #unavailable(): VerifierError {
    const left = this.#failedAt + this.#options.failureCooldown - this.#now();
    return new VerifierError('key_set_unavailable', 'The key set could not be had', {
      cause: this.#lastError,
      retryAfter: Math.max(1, Math.ceil(left)),
    });
  }
}
