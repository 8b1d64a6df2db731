import type { JWK } from 'jose';
import { importJWK } from 'jose';
import type { Algorithm } from '../algorithms.ts';
import { KEY_KINDS } from '../algorithms.ts';
import { VerifierError } from '../errors.ts';
import type { Platform, SignatureCheck } from '../platform/platform.ts';

/** A key made ready for one algorithm. */
export interface VerificationKey {
  readonly check: SignatureCheck;
  /** Whether the key may be used now without asking its source again. */
  isLive(): boolean;
}

/** One public key of a key set. It keeps its identity from one response to the next, so that caches can hold on to it. */
export class PublishedKey {
  readonly kid: string | undefined;
  /** Two keys are the same if this text is. */
  readonly identity: string;
  /** Set once the key is no longer in its key set. */
  retired = false;
  readonly #jwk: JWK;
  readonly #ready: Map<Algorithm, VerificationKey | Promise<VerificationKey>> = new Map();

  constructor(jwk: JWK) {
    // Public members only: a private key served by mistake must not become one here.
    const { kty, kid, use, key_ops, alg, n, e, crv, x, y } = jwk;
    this.identity = JSON.stringify([kty, kid, use, key_ops, alg, n, e, crv, x, y]);
    this.#jwk = JSON.parse(JSON.stringify({ kty, use, key_ops, alg, n, e, crv, x, y }));
    this.kid = kid;
  }

  /** RFC 7517, sections 4.2 to 4.4: a key made for something else is not used. */
  fits(algorithm: Algorithm): boolean {
    const { kty, use, key_ops, alg, crv } = this.#jwk;
    const kind = KEY_KINDS[algorithm];
    return (
      kty === kind.kty &&
      crv === kind.crv &&
      (use === undefined || use === 'sig') &&
      (alg === undefined || alg === algorithm) &&
      (key_ops === undefined || (Array.isArray(key_ops) && key_ops.includes('verify')))
    );
  }

  /** At once where it was asked for before. Rejects with `key_unknown` for a key that can't be imported or is too short. */
  prepare(
    algorithm: Algorithm,
    platform: Platform,
    isLive: () => boolean,
  ): VerificationKey | Promise<VerificationKey> {
    const ready = this.#ready.get(algorithm);
    if (ready !== undefined) return ready;
    const importing = this.#import(algorithm, platform).then((check) => {
      const key = { check, isLive };
      this.#ready.set(algorithm, key);
      return key;
    });
    this.#ready.set(algorithm, importing);
    return importing;
  }

  async #import(algorithm: Algorithm, platform: Platform): Promise<SignatureCheck> {
    const { key_ops: _, ...jwk } = this.#jwk;
    const key = await importJWK(jwk, algorithm).catch((cause: unknown) => {
      throw new VerifierError('key_unknown', 'The key of the token can not be imported', { cause });
    });
    // RFC 7518, sections 3.3 and 3.5.
    if (key instanceof Uint8Array || !hasLength(key.algorithm)) {
      throw new VerifierError('key_unknown', 'The key of the token is shorter than 2048 bits');
    }
    return platform.prepareCheck(key, algorithm);
  }
}

function hasLength(algorithm: { readonly name: string; readonly modulusLength?: number }): boolean {
  return !algorithm.name.startsWith('RSA') || (algorithm.modulusLength ?? 0) >= 2048;
}
