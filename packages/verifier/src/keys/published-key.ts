// One public key of a key set, from the answer that brought it to the checks of signatures.
import { importJWK } from 'jose';
import type { Algorithm } from '../algorithms.ts';
import { KEY_KINDS } from '../algorithms.ts';
import { isVerifierError, VerifierError } from '../errors.ts';
import type { Platform } from '../platform/platform.ts';
import { cryptoFailed } from '../token/check-signature.ts';
import { signatureBytes } from './imported-key.ts';
import type { PublicJwk } from './public-jwk.ts';
import { isProbablePrime } from './rsa-modulus.ts';
import { toInteger } from './sound-parameters.ts';
import type { VerificationKey } from './verification-key.ts';

/** It keeps its identity from one response to the next, so that caches can hold on to it. */
export class PublishedKey {
  readonly kid: string | undefined;
  /** Set once the key is no longer in its key set. */
  retired = false;
  readonly #jwk: PublicJwk;
  /** Whether its modulus is a prime; undefined before anybody asked, as the answer takes its time. */
  #isPrime: boolean | undefined;
  readonly #ready: Map<Algorithm, VerificationKey | Promise<VerificationKey>> = new Map();

  constructor(jwk: PublicJwk) {
    this.#jwk = jwk;
    this.kid = jwk.kid;
  }

  /** RFC 7517, section 4.4: a key made for something else is not used. */
  fits(algorithm: Algorithm): boolean {
    const { kty, crv, alg } = this.#jwk;
    const kind = KEY_KINDS[algorithm];
    if (kty !== kind.kty || (alg !== undefined && alg !== algorithm)) return false;
    return kind.crv === undefined || crv === kind.crv;
  }

  /**
   * At once where it was asked for before. Rejects with `crypto_failed` where the runtime can't import the
   * key, and with `key_unknown` where anybody can compute the private key of its modulus.
   */
  prepare(
    algorithm: Algorithm,
    platform: Platform,
    isLive: () => boolean,
  ): VerificationKey | Promise<VerificationKey> {
    const ready = this.#ready.get(algorithm);
    if (ready !== undefined) return ready;
    const importing = this.#import(algorithm, platform, isLive);
    this.#ready.set(algorithm, importing);
    return importing;
  }

  async #import(algorithm: Algorithm, platform: Platform, isLive: () => boolean): Promise<VerificationKey> {
    try {
      const { kty, crv, n, e, x, y } = this.#jwk;
      this.#isPrime ??= kty === 'RSA' && isProbablePrime(toInteger(n));
      if (this.#isPrime) throw new VerifierError('key_unknown', 'the modulus of the key is a prime');
      // What is undefined must not be there at all.
      const key = await importJWK(JSON.parse(JSON.stringify({ kty, crv, n, e, x, y })), algorithm);
      if (key instanceof Uint8Array) throw new TypeError('the imported key is no public key');
      const bytes = signatureBytes(key, algorithm);
      if (bytes === undefined) throw new TypeError('the imported key is for another algorithm');
      const ready = { check: platform.prepareCheck(key, algorithm), signatureBytes: bytes, isLive };
      this.#ready.set(algorithm, ready);
      return ready;
    } catch (cause) {
      // The next token tries again.
      this.#ready.delete(algorithm);
      if (isVerifierError(cause)) throw cause;
      throw cryptoFailed(cause);
    }
  }
}
