import type { CryptoKey, JWSHeaderParameters } from 'jose';
import { errors } from 'jose';
import { VerifierError } from '../errors.ts';
import type { Platform } from '../platform/platform.ts';
import { webPlatform } from '../platform/web.ts';
import type { TokenHeader } from '../token/header.ts';
import { withDeadline } from './deadline.ts';
import { FetchedKeySet } from './fetched-key-set.ts';
import { unknownKey } from './key-list.ts';
import type { CheckedKeySetOptions } from './key-set-options.ts';
import type { KeySource } from './key-source.ts';
import type { VerificationKey } from './published-key.ts';

/** Gives a key set, or the key for a token's header as jose's `createRemoteJWKSet` and `createLocalJWKSet` do. */
export type KeySetFunction = (header: JWSHeaderParameters) => unknown;

/** A function given as key set. What it returns first tells whether it gives key sets, which are kept here, or keys. */
export class KeyFunction implements KeySource {
  readonly #ask: (header: JWSHeaderParameters) => Promise<unknown>;
  readonly #set: FetchedKeySet;
  #header: JWSHeaderParameters = {};
  #givesKeys = false;

  constructor(ask: KeySetFunction, options: CheckedKeySetOptions) {
    this.#ask = (header) => withDeadline(Promise.resolve(header).then(ask), options.deadline);
    this.#set = new FetchedKeySet(() => this.#askForSet(), options);
  }

  find(header: TokenHeader, platform: Platform): VerificationKey | Promise<VerificationKey> {
    return this.#givesKeys ? this.#findKey(header) : this.#findInSet(header, platform);
  }

  prefetch(): Promise<void> {
    return this.#set.prefetch();
  }

  #findInSet(header: TokenHeader, platform: Platform): VerificationKey | Promise<VerificationKey> {
    this.#header = toJose(header);
    const found = this.#set.find(header, platform);
    if (!('then' in found)) return found;
    return found.catch((error: unknown) => {
      if (this.#givesKeys) return this.#findKey(header);
      throw error;
    });
  }

  async #askForSet(): Promise<unknown> {
    const answer = await this.#ask(this.#header).catch((error: unknown) => {
      this.#givesKeys = error instanceof errors.JOSEError;
      throw error;
    });
    this.#givesKeys = isKey(answer);
    return answer;
  }

  async #findKey(header: TokenHeader): Promise<VerificationKey> {
    const key = await this.#ask(toJose(header)).catch((cause: unknown) => {
      if (cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys) {
        throw unknownKey();
      }
      throw new VerifierError('key_set_unavailable', 'The key could not be had', { cause, retryAfter: 1 });
    });
    if (!isKey(key)) throw unknownKey();
    // jose holds the key's own algorithm against the token's. Never live: only the function knows how long the key is good.
    return { check: webPlatform.prepareCheck(key, header.alg), isLive: () => false };
  }
}

function toJose({ alg, kid }: TokenHeader): JWSHeaderParameters {
  return kid === undefined ? { alg } : { alg, kid };
}

function isKey(value: unknown): value is CryptoKey {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'public';
}
