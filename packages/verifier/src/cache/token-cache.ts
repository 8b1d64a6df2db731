// Verified tokens, kept so that the next request with one need not verify it again.
// docs/explanation/verified-token-cache.md
import { LRUCache } from 'lru-cache';
import type { Access } from '../access.ts';
import type { TokenFreshness } from '../changes/freshness.ts';
import type { VerificationKey } from '../keys/verification-key.ts';
import type { Validity } from '../token/registered-claims.ts';
import type { TokenCacheBounds } from './cache-options.ts';

/** A token that passed every check, and what has to hold for it to pass again. */
export interface VerifiedToken<P extends string> {
  readonly token: string;
  readonly access: Access<P>;
  readonly validity: Validity;
  readonly key: VerificationKey;
  /** Present with the option `changes`. */
  readonly freshness: TokenFreshness | undefined;
  /** An upper bound of the heap that its access uses: claims and permissions. */
  readonly bytes: number;
}

interface Entry<P extends string> extends VerifiedToken<P> {
  /** `Bearer ` and the token. */
  readonly header: string;
}

/**
 * The end of the signature, 68 bits or more: another token with the same end finds a different token there,
 * no access. V8 copies a slice of up to 12 characters, and would keep the whole token beside a longer one.
 */
const KEY_LENGTH = 12;

/**
 * What an entry takes in addition to its token and its access's claims and permissions: objects of fixed size, and a
 * place here.
 */
const ENTRY_BYTES = 1536;

/** The least recently used leave first. */
export class TokenCache<P extends string> {
  readonly #entries: LRUCache<string, Entry<P>>;

  constructor({ entries, bytes }: TokenCacheBounds) {
    this.#entries = new LRUCache({
      // The places are allocated at once: no more of them than there can be entries.
      max: Math.max(1, Math.min(entries, Math.floor(bytes / ENTRY_BYTES))),
      maxSize: bytes,
      sizeCalculation: (entry) => ENTRY_BYTES + entry.header.length + entry.bytes,
    });
  }

  get(token: string): VerifiedToken<P> | undefined {
    const entry = this.#entries.get(token.slice(-KEY_LENGTH));
    // All of the token: the end of a signature is not yet the token.
    return entry?.token === token ? entry : undefined;
  }

  /**
   * The entry of an `Authorization` header that is spelt `Bearer <token>`. None for a token whose permissions have to be asked
   * for: `verify` does.
   */
  getByHeader(header: string): VerifiedToken<P> | undefined {
    const entry = this.#entries.get(header.slice(-KEY_LENGTH));
    return entry?.header === header && entry.access.readFrom !== 'resolver' ? entry : undefined;
  }

  /** Only for tokens that were verified in full: nothing that fails may take room. */
  add(entry: VerifiedToken<P>): void {
    const header = `Bearer ${entry.token}`;
    // The token becomes a part of the header, so that the string is held once.
    this.#entries.set(entry.token.slice(-KEY_LENGTH), { ...entry, header, token: header.slice(7) });
  }

  delete(token: string): void {
    this.#entries.delete(token.slice(-KEY_LENGTH));
  }
}
