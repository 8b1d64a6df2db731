/** Proof of `private_key_jwt` (RFC 7523) by public keys that are configured here. What is not proven, the issuer judges. */
import { calculateJwkThumbprint, createLocalJWKSet, exportJWK, type JSONWebKeySet, jwtVerify } from 'jose';
import type { Clock } from './clock.ts';
import type { AssertionCredentials } from './credentials.ts';
import type { Guard } from './guard.ts';
import type { Keys } from './key.ts';

const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** Seconds that an assertion may be valid for: used ones are remembered for as long. */
const MAX_LIFE = 3600;

export class Assertions {
  readonly #keySets: ReadonlyMap<string, JSONWebKeySet>;
  readonly #audience: string[];
  readonly #guard: Guard;
  readonly #keys: Keys;
  readonly #clock: Clock;

  constructor(
    keySets: ReadonlyMap<string, JSONWebKeySet>,
    { issuer, tokenUrl }: { readonly issuer: string; readonly tokenUrl: string },
    { guard, keys, clock }: { readonly guard: Guard; readonly keys: Keys; readonly clock: Clock },
  ) {
    this.#keySets = keySets;
    this.#audience = [issuer, tokenUrl];
    this.#guard = guard;
    this.#keys = keys;
    this.#clock = clock;
  }

  /** What stands for the secret: the thumbprint of the key that the assertion is signed by. Undefined where it is not proven. */
  async prove({ clientId, assertion }: AssertionCredentials): Promise<string | undefined> {
    const keySet = this.#keySets.get(clientId);
    if (keySet === undefined) return undefined;
    try {
      const now = this.#clock.date();
      const { payload, key } = await jwtVerify(assertion, createLocalJWKSet(keySet), {
        algorithms: ALGORITHMS,
        issuer: clientId,
        subject: clientId,
        audience: this.#audience,
        requiredClaims: ['exp', 'jti'],
        currentDate: new Date(now),
      });
      const { exp = 0, jti } = payload;
      const ms = exp * 1000 - now;
      if (typeof jti !== 'string' || jti === '' || ms > MAX_LIFE * 1000) return undefined;
      const used = `j:${await this.#keys.assertion(clientId, jti)}`;
      // Where the store is down, others may have seen it.
      const isNew = await this.#guard.run(
        (store) => store.claim(used, '1', ms),
        () => false,
      );
      return isNew === true ? await calculateJwkThumbprint(await exportJWK(key)) : undefined;
    } catch {
      return undefined;
    }
  }
}
