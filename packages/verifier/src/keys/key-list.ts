import type { JWK } from 'jose';
import { VerifierError } from '../errors.ts';
import type { TokenHeader } from '../token/header.ts';
import { PublishedKey } from './published-key.ts';

/** The keys of one response. */
export class KeyList {
  readonly keys: readonly PublishedKey[];

  /** Takes over the keys of `earlier` that are published still, and retires the others. Throws for what is no key set. */
  constructor(keySet: unknown, earlier: readonly PublishedKey[] = []) {
    const known = new Map(earlier.map((key) => [key.identity, key]));
    this.keys = readKeySet(keySet).map((jwk) => {
      const key = new PublishedKey(jwk);
      return known.get(key.identity) ?? key;
    });
    const published = new Set(this.keys);
    for (const key of earlier) if (!published.has(key)) key.retired = true;
  }

  /** Undefined where no key fits, or where a token that names none could mean several. */
  find({ kid, alg }: TokenHeader): PublishedKey | undefined {
    const fitting = this.keys.filter((key) => (kid === undefined || key.kid === kid) && key.fits(alg));
    return kid === undefined && fitting.length > 1 ? undefined : fitting[0];
  }
}

/** RFC 7517, section 5. Members that aren't public keys, symmetric ones above all, are passed over as section 5 asks. */
function readKeySet(keySet: unknown): JWK[] {
  const keys = typeof keySet === 'object' && keySet !== null && 'keys' in keySet ? keySet.keys : undefined;
  if (!Array.isArray(keys)) throw new Error('the key set has no list of keys');
  const usable = keys.filter(isPublicKey);
  if (usable.length === 0) throw new Error('the key set has no public key');
  return usable;
}

const KEY_TYPES: readonly unknown[] = ['RSA', 'EC', 'OKP'];

function isPublicKey(key: unknown): key is JWK {
  if (typeof key !== 'object' || key === null) return false;
  const { kty, kid } = key as Record<string, unknown>;
  return KEY_TYPES.includes(kty) && (kid === undefined || typeof kid === 'string');
}

export function unknownKey(): VerifierError {
  return new VerifierError('key_unknown', 'No key of the key set fits the token');
}
