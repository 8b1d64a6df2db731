// The bounds of the cache of verified tokens.
import { checkNumber, readOwnOptions } from '../own-options.ts';

export interface TokenCacheOptions {
  /** By default 10,000; at most 1,000,000, since room for their places is taken at once. */
  readonly entries?: number;
  /** What the entries may hold together, by a generous estimate. By default 33,554,432 (32 MiB). */
  readonly bytes?: number;
}

export type TokenCacheBounds = Required<TokenCacheOptions>;

/** Throws a TypeError for a bound that can't work. */
export function checkCacheOptions(options: TokenCacheOptions): TokenCacheBounds {
  const { entries = 10_000, bytes = 33_554_432 } = readOwnOptions(options, ['entries', 'bytes'], 'cache');
  return {
    entries: checkNumber('cache.entries', entries, { least: 1, most: 1_000_000, whole: true }),
    bytes: checkNumber('cache.bytes', bytes, { least: 1, most: Number.MAX_SAFE_INTEGER, whole: true }),
  };
}
