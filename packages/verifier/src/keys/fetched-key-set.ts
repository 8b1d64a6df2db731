// A key set that is fetched, kept and fetched again. docs/reference/key-sets.md tells the rules.
import { VerifierError } from '../errors.ts';
import { tell } from '../hooks.ts';
import { requestsAreIsolated } from '../platform/isolated-requests.ts';
import type { Platform } from '../platform/platform.ts';
import type { TokenHeader } from '../token/header.ts';
import { withDeadline } from './deadline.ts';
import type { LoadedKeySet } from './fetch-key-set.ts';
import { KeyList, unknownKey } from './key-list.ts';
import type { CheckedKeySetOptions } from './key-set-options.ts';
import type { KeySource } from './key-source.ts';
import type { PublishedKey } from './published-key.ts';
import type { VerificationKey } from './verification-key.ts';

/** From this part of `maxAge` on, the set is fetched in the background while its keys are still used. */
const REFRESH_AHEAD = 0.8;
/** Seconds by which two ages of the same answer may differ: they are told in whole ones. */
const AGE_SLACK = 2;

/** Taken from the global once: there it is behind an accessor, which every request would pay for. */
const { performance } = globalThis;

/** Gets the key set; told the header of a token, where there is one. */
export type LoadKeySet = (header: TokenHeader | undefined) => Promise<LoadedKeySet>;

export class FetchedKeySet implements KeySource {
  readonly #load: LoadKeySet;
  readonly #options: CheckedKeySetOptions;
  readonly #url: string | undefined;
  readonly #now: () => number;
  #list: KeyList | undefined;
  /** When the issuer said that the set is this, as far as HTTP caches let us know; so long ago that it is too old while there is none. */
  #madeAt = Number.NEGATIVE_INFINITY;
  /** When the last attempt succeeded, and when the last one failed. */
  #loadedAt = Number.NEGATIVE_INFINITY;
  #failedAt = Number.NEGATIVE_INFINITY;
  /** Why the last attempt failed; undefined once one has succeeded after it. */
  #failure: { readonly cause: unknown } | undefined;
  #pending: Promise<void> | undefined;
  #attempts = 0;
  #answered = 0;
  /**
   * Of a token whose key was in the set: what is loaded must not depend on a header that somebody made up.
   */
  #knownHeader: TokenHeader | undefined;

  /** `now` is seconds that only grow: setting the system's clock must not make a key set young or old. */
  constructor(
    load: LoadKeySet,
    options: CheckedKeySetOptions,
    now: () => number = () => performance.now() / 1000,
    url: string | undefined = undefined,
  ) {
    this.#load = load;
    this.#options = options;
    this.#url = url;
    this.#now = now;
  }

  find(header: TokenHeader, platform: Platform): VerificationKey | Promise<VerificationKey> {
    const known = this.#isYoung() ? this.#list?.find(header) : undefined;
    return known === undefined ? this.#findSlowly(header, platform) : this.#prepare(known, header, platform);
  }

  async prefetch(): Promise<void> {
    await this.#ensureUsable(undefined);
  }

  /** Uses a set that was loaded by other means. Throws for what is no key set. */
  accept(keySet: unknown): void {
    this.#attempts += 1;
    this.#take({ keySet, age: 0 }, this.#attempts);
  }

  async #findSlowly(header: TokenHeader, platform: Platform): Promise<VerificationKey> {
    await this.#ensureUsable(header);
    let key = this.#list?.find(header);
    if (key === undefined) {
      await this.#askForUnknown(header);
      key = this.#list?.find(header);
    }
    // While the set can't be fetched, nobody can say that the key doesn't exist.
    if (key === undefined) throw this.#failure === undefined ? unknownKey() : this.#unavailable();
    return this.#prepare(key, header, platform);
  }

  #prepare(
    key: PublishedKey,
    header: TokenHeader,
    platform: Platform,
  ): VerificationKey | Promise<VerificationKey> {
    this.#knownHeader = header;
    return key.prepare(header.alg, platform, () => !key.retired && this.#isYoung());
  }

  #isYoung(): boolean {
    return this.#age() < this.#options.maxAge * REFRESH_AHEAD;
  }

  #age(): number {
    return this.#now() - this.#madeAt;
  }

  /** Resolves once the list may be used: it is young, or old and the source is down. */
  async #ensureUsable(header: TokenHeader | undefined): Promise<void> {
    if (this.#isYoung()) return;
    const { maxAge, staleIfError } = this.#options;
    const usable = this.#age() < maxAge + staleIfError;
    if (usable && (this.#age() < maxAge || this.#failure !== undefined)) {
      // Nobody waits for a refresh that is early, nor again and again for a source known to be down.
      if (!this.#coolsAfterFailure() && !this.#coolsAfterSuccess()) this.#refreshQuietly(header);
      return;
    }
    if (this.#coolsAfterFailure()) throw this.#unavailable();
    try {
      await this.#refresh(header);
    } catch (error) {
      if (this.#age() >= maxAge + staleIfError) throw error;
    }
  }

  /** Fetches the set again for a kid that it doesn't have, unless the last attempt was a short while ago. */
  async #askForUnknown(header: TokenHeader): Promise<void> {
    if (this.#pending !== undefined) return await this.#pending;
    const last = Math.max(this.#loadedAt, this.#failedAt);
    if (this.#coolsAfterFailure() || this.#now() - last < this.#options.cooldown) return;
    await this.#refresh(header);
  }

  #coolsAfterFailure(): boolean {
    return this.#now() - this.#failedAt < this.#options.failureCooldown;
  }

  /** An answer that was old when it came is not asked for again with every request. */
  #coolsAfterSuccess(): boolean {
    const { cooldown, maxAge } = this.#options;
    return this.#now() - this.#loadedAt < Math.min(cooldown, maxAge * REFRESH_AHEAD);
  }

  async #refreshQuietly(header: TokenHeader | undefined): Promise<void> {
    try {
      await this.#refresh(header);
    } catch {
      // Noted by the attempt itself.
    }
  }

  /**
   * One attempt at a time: whoever asks meanwhile waits for the same, except where one request can't wait for
   * another's.
   */
  #refresh(header: TokenHeader | undefined): Promise<void> {
    if (requestsAreIsolated()) return this.#attempt(header);
    this.#pending ??= this.#attemptAlone(header);
    return this.#pending;
  }

  async #attemptAlone(header: TokenHeader | undefined): Promise<void> {
    try {
      await this.#attempt(header);
    } finally {
      this.#pending = undefined;
    }
  }

  async #attempt(header: TokenHeader | undefined): Promise<void> {
    this.#attempts += 1;
    const attempt = this.#attempts;
    const began = this.#now();
    try {
      // An answer that comes after its deadline is dropped here, so it can't bring back keys that a later one
      // retired.
      this.#take(
        await withDeadline(() => this.#load(this.#knownHeader ?? header), this.#options.deadline),
        attempt,
      );
      this.#tell(began, undefined);
    } catch (cause) {
      this.#failedAt = this.#now();
      this.#failure = { cause };
      this.#tell(began, cause);
      throw this.#unavailable();
    }
  }

  #tell(began: number, error: unknown): void {
    if (this.#url === undefined) return;
    tell(this.#options.onFetched, { url: this.#url, seconds: this.#now() - began, error });
  }

  /**
   * Throws for an answer that is none, or too old to count as one; it may still be used as long as
   * `staleIfError` allows.
   */
  #take({ keySet, age }: LoadedKeySet, attempt: number): void {
    // A later attempt was answered first.
    if (attempt < this.#answered) return;
    const { maxAge, staleIfError } = this.#options;
    const madeAt = this.#now() - age;
    const old = `the answer was kept by an HTTP cache: by its Age or Date header it is ${Math.floor(age)} s old`;
    if (madeAt < this.#madeAt - AGE_SLACK) throw new Error(`${old}, older than the one before`);
    if (age >= maxAge + staleIfError) throw new Error(`${old}, older than maxAge and staleIfError allow`);
    this.#list = new KeyList(keySet, this.#list);
    this.#answered = attempt;
    this.#madeAt = Math.max(madeAt, this.#madeAt);
    if (age >= maxAge) throw new Error(`${old}, older than maxAge`);
    this.#loadedAt = this.#now();
    this.#failure = undefined;
  }

  #unavailable(): VerifierError {
    const left = this.#failedAt + this.#options.failureCooldown - this.#now();
    return new VerifierError('key_set_unavailable', 'The key set could not be fetched', {
      cause: this.#failure?.cause,
      retryAfter: Math.max(1, Math.ceil(left)),
    });
  }
}
