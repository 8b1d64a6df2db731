import { LRUCache } from 'lru-cache';
import type { Access } from '../access.ts';
import type { VerificationKey } from '../keys/published-key.ts';
import type { Validity } from '../token/registered-claims.ts';

/** A token that passed every check, and what has to hold for it to pass again. */
export interface VerifiedToken<P extends string> {
  readonly token: string;
  readonly access: Access<P>;
  readonly validity: Validity;
  readonly key: VerificationKey;
}

export interface TokenCacheOptions {
  /** By default 10,000. */
  readonly entries?: number;
  /** What the entries may hold together, by a generous estimate. By default 33,554,432 (32 MiB). */
  readonly bytes?: number;
}

interface Entry<P extends string> extends VerifiedToken<P> {
  /** `Bearer ` and the token. */
  readonly header: string;
}

/**
 * The end of the signature, 68 bits or more: another token with the same end finds a different token there, no access.
 * V8 copies a slice of up to 12 characters, and would keep the whole token beside a longer one.
 */
const KEY_LENGTH = 12;

/** Verified tokens, the least recently used leaving first. docs/verified-token-cache.md says why it is safe. */
export class TokenCache<P extends string> {
  readonly #entries: LRUCache<string, Entry<P>>;

  constructor({ entries = 10_000, bytes = 33_554_432 }: TokenCacheOptions) {
    for (const [name, value] of Object.entries({ entries, bytes })) {
      if (!Number.isSafeInteger(value) || value < 1)
        throw new TypeError(`cache.${name} must be a whole number above 0`);
    }
    this.#entries = new LRUCache({
      max: entries,
      maxSize: bytes,
      // The parsed payload of a token takes up to 3 times the token's bytes.
      sizeCalculation: ({ token }) => 1024 + 4 * token.length,
    });
  }

  get(token: string): VerifiedToken<P> | undefined {
    const entry = this.#entries.get(token.slice(-KEY_LENGTH));
    // All of the token: the end of a signature is not yet the token.
    return entry?.token === token ? entry : undefined;
  }

  /** Takes an `Authorization` header, and finds the token of one that is spelt `Bearer <token>`. */
  getByHeader(header: string): VerifiedToken<P> | undefined {
    const entry = this.#entries.get(header.slice(-KEY_LENGTH));
    return entry?.header === header ? entry : undefined;
  }

  /** Only for tokens that were verified in full: nothing that fails may take room. */
  add(entry: VerifiedToken<P>): void {
    const header = `Bearer ${entry.token}`;
    // The token becomes a part of the header, so that the text is held once.
    this.#entries.set(entry.token.slice(-KEY_LENGTH), { ...entry, header, token: header.slice(7) });
  }

  delete(token: string): void {
    this.#entries.delete(token.slice(-KEY_LENGTH));
  }
}
