// The keys that proofs bring along: RFC 9449, section 4.2, held to what the keys of key sets are held to.
import { calculateJwkThumbprint } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Algorithm } from '../algorithms.ts';
import { isVerifierError } from '../errors.ts';
import type { PublicJwk } from '../keys/public-jwk.ts';
import { hasSoundKey, readJwkMembers } from '../keys/public-jwk.ts';
import { PublishedKey } from '../keys/published-key.ts';
import type { VerificationKey } from '../keys/verification-key.ts';
import type { Platform } from '../platform/platform.ts';
import { bindingRefused } from './binding.ts';
import { proofRefused } from './dpop-proof.ts';

/** How many keys are remembered, ready for use; a client has one. */
const MOST = 1000;

const UNUSABLE =
  '"jwk" header parameter of the DPoP proof must be a public key for its "alg" that nobody can sign by without the private key';

export class ProofKeys {
  readonly #platform: Platform;
  /** By algorithm and thumbprint. */
  readonly #known: LRUCache<string, VerificationKey> = new LRUCache({ max: MOST });

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /**
   * The key of a proof, if its thumbprint (RFC 7638) is `jkt`: work that takes time is done for keys only that the issuer
   * has bound a token to. Rejects with `proof_refused` and `binding_refused`.
   */
  async find(jwk: unknown, alg: Algorithm, jkt: string): Promise<VerificationKey> {
    const members = readJwkMembers(jwk);
    const key = members && new PublishedKey(members);
    if (!key?.fits(alg)) throw proofRefused(UNUSABLE);
    const print = await thumbprint(members as PublicJwk);
    if (print === undefined) throw proofRefused(UNUSABLE);
    if (print !== jkt)
      throw bindingRefused(
        'The key of the DPoP proof must be the one that the token is bound to ("jkt" of "cnf")',
      );
    const name = `${alg} ${jkt}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (!hasSoundKey(members as PublicJwk)) throw proofRefused(UNUSABLE);
    try {
      const ready = await key.prepare(alg, this.#platform, () => true);
      this.#known.set(name, ready);
      return ready;
    } catch (error) {
      throw isVerifierError(error) && error.code === 'key_unknown' ? proofRefused(UNUSABLE) : error;
    }
  }
}

async function thumbprint({ kty, crv, n, e, x, y }: PublicJwk): Promise<string | undefined> {
  try {
    // What is undefined must not be there at all.
    return await calculateJwkThumbprint(JSON.parse(JSON.stringify({ kty, crv, n, e, x, y })), 'sha256');
  } catch {
    return undefined;
  }
}
