// A function given as key set. It may give key sets, which are kept here, or the key for a token's header, as
// jose's do.
import { LRUCache } from 'lru-cache';
import type { Algorithm } from '../algorithms.ts';
import { VerifierError } from '../errors.ts';
import { toNative } from '../native-promise.ts';
import { own } from '../own-property.ts';
import { requestsAreIsolated } from '../platform/isolated-requests.ts';
import type { Platform } from '../platform/platform.ts';
import { webPlatform } from '../platform/web.ts';
import { cryptoFailed } from '../token/check-signature.ts';
import type { TokenHeader } from '../token/header.ts';
import { withDeadline } from './deadline.ts';
import type { LoadedKeySet } from './fetch-key-set.ts';
import { FetchedKeySet } from './fetched-key-set.ts';
import type { ImportedKey } from './imported-key.ts';
import { isPublicKey, signatureBytes, toCryptoKey } from './imported-key.ts';
import type { KeyRequest } from './json-web-key-set.ts';
import { unknownKey } from './key-list.ts';
import type { CheckedKeySetOptions } from './key-set-options.ts';
import type { KeySource } from './key-source.ts';
import type { VerificationKey } from './verification-key.ts';

/**
 * Gives a key set, or the key for a token's header as jose's `createRemoteJWKSet` and `createLocalJWKSet` do.
 */
export type KeySetFunction = (header: KeyRequest) => unknown;

/** What a function answered: a key set, a key, or that there is no such key. */
type Answer = { readonly keySet: unknown } | { readonly key: ImportedKey } | 'no such key';

/** How many headers that the function failed for are remembered, while it has answered none. */
const FAILURES = 64;

/**
 * Each answer tells again whether the function gives sets or keys; a failure never does. As long as it has
 * answered nothing, it is asked with each token's own header, so that those it can't answer are in no other's
 * way.
 */
export class KeyFunction implements KeySource {
  readonly #function: KeySetFunction;
  readonly #options: CheckedKeySetOptions;
  readonly #set: FetchedKeySet;
  #gives: 'sets' | 'keys' | undefined;
  readonly #asking: Map<string, Promise<Answer>> = new Map();
  readonly #failed: LRUCache<string, { readonly cause: unknown; readonly until: number }>;

  constructor(ask: KeySetFunction, options: CheckedKeySetOptions) {
    this.#function = ask;
    this.#options = options;
    this.#set = new FetchedKeySet((header) => this.#loadSet(header), options);
    this.#failed = new LRUCache({ max: FAILURES });
  }

  find(header: TokenHeader, platform: Platform): VerificationKey | Promise<VerificationKey> {
    if (this.#gives !== 'sets') return this.#findByHeader(header, platform);
    const found = this.#set.find(header, platform);
    return 'then' in found ? this.#orByHeader(found, header, platform) : found;
  }

  async prefetch(): Promise<void> {
    if (this.#gives === 'sets') return await this.#set.prefetch();
    // A header that fits most key sets: a function that gives keys fetches its own set for it, found or not.
    const answer = await this.#askOnce({ alg: 'RS256', kid: undefined });
    this.#note(answer);
  }

  /** For a function that gave sets, and now gives a key. */
  async #orByHeader(
    found: Promise<VerificationKey>,
    header: TokenHeader,
    platform: Platform,
  ): Promise<VerificationKey> {
    try {
      return await found;
    } catch (error) {
      if (this.#gives === 'sets') throw error;
      return await this.#findByHeader(header, platform);
    }
  }

  async #findByHeader(header: TokenHeader, platform: Platform): Promise<VerificationKey> {
    const answer = this.#gives === 'keys' ? await this.#ask(header) : await this.#askOnce(header);
    this.#note(answer);
    if (answer === 'no such key') throw unknownKey();
    if ('keySet' in answer) return await this.#set.find(header, platform);
    return await prepare(answer.key, header.alg);
  }

  #note(answer: Answer): void {
    if (answer === 'no such key') return;
    if ('keySet' in answer && this.#gives !== 'sets') this.#accept(answer.keySet);
    this.#gives = 'keySet' in answer ? 'sets' : 'keys';
  }

  #accept(keySet: unknown): void {
    try {
      this.#set.accept(keySet);
    } catch (cause) {
      throw unavailable(cause);
    }
  }

  /** For the key set that is kept, which decides when to ask. */
  async #loadSet(header: TokenHeader | undefined): Promise<LoadedKeySet> {
    const answer = await this.#ask(header);
    if (answer !== 'no such key' && 'keySet' in answer) return { keySet: answer.keySet, age: 0 };
    this.#note(answer);
    throw new Error('the key-set function gave no key set');
  }

  /** One call at a time for a header, and none for a while after it failed. */
  async #askOnce(header: TokenHeader): Promise<Answer> {
    const name = JSON.stringify([header.alg, header.kid]);
    const now = performance.now() / 1000;
    const failed = this.#failed.get(name);
    if (failed !== undefined && now < failed.until) throw unavailable(failed.cause, failed.until - now);
    const asking = this.#asking.get(name) ?? this.#ask(header);
    if (!requestsAreIsolated()) this.#asking.set(name, asking);
    try {
      return await asking;
    } catch (error) {
      const { failureCooldown } = this.#options;
      const cause = error instanceof Error ? error.cause : error;
      this.#failed.set(name, { cause, until: performance.now() / 1000 + failureCooldown });
      throw unavailable(cause, failureCooldown);
    } finally {
      this.#asking.delete(name);
    }
  }

  /** Rejects with `key_set_unavailable` and nothing else. */
  async #ask(header: TokenHeader | undefined): Promise<Answer> {
    try {
      return toAnswer(
        await withDeadline(() => toNative(this.#function(toJose(header))), this.#options.deadline),
      );
    } catch (error) {
      if (saysNoSuchKey(error)) return 'no such key';
      throw unavailable(error);
    }
  }
}

async function prepare(given: ImportedKey, algorithm: Algorithm): Promise<VerificationKey> {
  const bytes = signatureBytes(given, algorithm);
  // The sender of the token chose the algorithm.
  if (bytes === undefined) throw unknownKey();
  try {
    const key = await toCryptoKey(given, algorithm);
    // Never live: only the function knows how long the key is good.
    return { check: webPlatform.prepareCheck(key, algorithm), signatureBytes: bytes, isLive: () => false };
  } catch (cause) {
    throw cryptoFailed(cause);
  }
}

function toJose(header: TokenHeader | undefined): KeyRequest {
  if (header === undefined) return {};
  const { alg, kid } = header;
  return kid === undefined ? { alg } : { alg, kid };
}

function toAnswer(value: unknown): Answer {
  if (value === undefined || value === null) return 'no such key';
  if (isPublicKey(value)) return { key: value };
  if (typeof value === 'object' && own(value as Record<string, unknown>, 'keys') !== undefined) {
    return { keySet: value };
  }
  throw new TypeError('the key-set function must give a key set or a public key');
}

/** By its code: the error may be of another copy or version of jose than ours. */
function saysNoSuchKey(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ERR_JWKS_NO_MATCHING_KEY' || code === 'ERR_JWKS_MULTIPLE_MATCHING_KEYS';
}

/** `wait`: seconds. */
function unavailable(cause: unknown, wait: number = 1): VerifierError {
  const retryAfter = Math.max(1, Math.ceil(wait));
  return new VerifierError('key_set_unavailable', 'The key could not be fetched', { cause, retryAfter });
}
