// What a user held at the last login, in Auth0's small cache.
import { encodeBody } from '../../encode-body.ts';
import type { PostLoginApi } from '../../post-login.ts';
import { decodeBody } from './decode-body.ts';

/** What one user holds, as the cache keeps it for a while: the body of a claim. */
export class KeptPlaces {
  readonly #cache: PostLoginApi['cache'];
  readonly #key: string;

  constructor(cache: PostLoginApi['cache'], key: string) {
    this.#cache = cache;
    this.#key = key;
  }

  /** Undefined where nothing is kept that was written here. */
  read(limit: number): readonly number[] | undefined {
    const body = this.#cache.get(this.#key)?.value;
    if (body === undefined) return undefined;
    const places = decodeBody(body, limit);
    // Other Actions share the cache: only what reads back as it was written counts.
    return encodeBody(places) === body ? places : undefined;
  }

  write(places: readonly number[], seconds: number): void {
    this.#cache.set(this.#key, encodeBody(places), { ttl: seconds * 1000 });
  }
}
