import type { PostLoginApi } from './post-login.ts';

type Cache = PostLoginApi['cache'];

/** What users held, by the reader of the Management API. */
const USERS = 'claimgen:user:';
/** What was kept, a dot, and when it was read: milliseconds since 1970. */
const DATED = /^([^.]*)\.(\d{1,15})$/;

/** Auth0's cache for one login: what was read at an earlier one keeps its time. */
export class DatedCache implements Cache {
  readonly #cache: Cache;
  readonly #now: number;
  /** Milliseconds since 1970 at which the oldest part was read; nothing is read before. */
  oldest: number;

  constructor(cache: Cache, now: number) {
    this.#cache = cache;
    this.#now = now;
    this.oldest = now;
  }

  get(key: string): ReturnType<Cache['get']> {
    const entry = this.#cache.get(key);
    if (entry === undefined || !key.startsWith(USERS)) return entry;
    const [, value, at] = DATED.exec(entry.value) ?? [];
    // Of unknown age: left by an Action without as-of, or by a machine whose clock is ahead.
    if (value === undefined || Number(at) > this.#now) return undefined;
    this.oldest = Math.min(this.oldest, Number(at));
    return { value, expires_at: entry.expires_at };
  }

  set(key: string, value: string, options?: { readonly ttl?: number }): { readonly type: string } {
    return this.#cache.set(key, key.startsWith(USERS) ? value + '.' + this.oldest : value, options);
  }

  delete(key: string): unknown {
    return this.#cache.delete(key);
  }
}
