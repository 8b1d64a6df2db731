// The keys of one answer, and which of them a token means.
import { VerifierError } from '../errors.ts';
import { own } from '../own-property.ts';
import type { TokenHeader } from '../token/header.ts';
import { readPublicJwk } from './public-jwk.ts';
import { PublishedKey } from './published-key.ts';

export class KeyList {
  /** By what makes two keys the same. */
  readonly #keys: ReadonlyMap<string, PublishedKey>;

  /**
   * Takes over the keys of `earlier` that are published still, and retires the others. Throws for what is no
   * key set.
   */
  constructor(keySet: unknown, earlier?: KeyList) {
    const known = earlier === undefined ? new Map<string, PublishedKey>() : earlier.#keys;
    const keys = new Map<string, PublishedKey>();
    for (const value of keysOf(keySet)) {
      const jwk = readPublicJwk(value);
      if (jwk === undefined) continue;
      const identity = JSON.stringify(jwk);
      keys.set(identity, known.get(identity) ?? new PublishedKey(jwk));
    }
    if (keys.size === 0) throw new Error('the key set has no usable public key');
    this.#keys = keys;
    for (const [identity, key] of known) if (!keys.has(identity)) key.retired = true;
  }

  /** Undefined where no key fits, or where a token that names none could mean several. */
  find({ kid, alg }: TokenHeader): PublishedKey | undefined {
    let found: PublishedKey | undefined;
    for (const key of this.#keys.values()) {
      if (!key.fits(alg)) continue;
      if (found !== undefined) return undefined;
      if (kid === undefined) found = key;
      else if (key.kid === kid) return key;
    }
    return found;
  }
}

/** RFC 7517, section 5. */
function keysOf(keySet: unknown): readonly unknown[] {
  const keys =
    typeof keySet === 'object' && keySet !== null
      ? own(keySet as Record<string, unknown>, 'keys')
      : undefined;
  if (!Array.isArray(keys)) throw new Error('"keys" of the key set must be an array');
  return keys;
}

export function unknownKey(): VerifierError {
  return new VerifierError('key_unknown', 'no applicable key found in the key set');
}
