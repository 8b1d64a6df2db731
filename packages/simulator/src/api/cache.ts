// Limits: https://auth0.com/docs/customize/actions/limitations; records and codes: auth0/auth0-actions.
const maxKeyBytes = 64;
const maxValueBytes = 4_096;
const maxEntries = 20;
const maxLifetime = 24 * 60 * 60 * 1_000;
const defaultLifetime = 15 * 60 * 1_000;

/** Bytes of all keys and values together, by documentation; the published test harness allows about twice that. */
export const maxCacheBytes = 8_192;

export interface CacheRecord {
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly expires_at: number;
}

export type CacheErrorCode =
  | 'CacheKeySizeExceeded'
  | 'CacheValueSizeExceeded'
  | 'CacheSizeExceeded'
  | 'InvalidExpiry'
  | 'ItemAlreadyExpired'
  | 'CacheKeyDoesNotExist';

interface CacheFailure {
  readonly type: 'error';
  readonly code: CacheErrorCode;
}
export type CacheSetResult = { readonly type: 'success'; readonly record: CacheRecord } | CacheFailure;
export type CacheDeleteResult = { readonly type: 'success' } | CacheFailure;

/** `api.cache`. */
export interface CacheApi {
  get(key: string): CacheRecord | undefined;
  set(key: string, value: string, options?: { ttl?: number; expires_at?: number }): CacheSetResult;
  delete(key: string): CacheDeleteResult;
}

/** One call that wanted to change the cache, and its result. */
export interface CacheWrite {
  readonly operation: 'set' | 'delete';
  readonly key: string;
  readonly value?: string;
  readonly result: 'success' | CacheErrorCode;
}

/** `cold`: this login meets an empty cache. `full`: nothing more fits in. */
export type CacheFault = 'cold' | 'full';

/** A trigger's cache as one execution sees it: a copy, whose changes count once the execution has succeeded. */
export interface CacheView {
  readonly api: CacheApi;
  readonly writes: readonly CacheWrite[];
  commit(): void;
}

export interface TriggerCache {
  open(fault?: CacheFault): CacheView;
}

/** The cache that all logins through one Action share. `now`: milliseconds since the epoch. */
export function createTriggerCache(now: () => number, maxBytes: number = maxCacheBytes): TriggerCache {
  const shared = new Map<string, CacheRecord>();
  return {
    open(fault) {
      for (const [key, record] of shared) if (record.expires_at <= now()) shared.delete(key);
      return openView(shared, { now, maxBytes: fault === 'full' ? 0 : maxBytes, cold: fault === 'cold' });
    },
  };
}

interface ViewOptions {
  readonly now: () => number;
  readonly maxBytes: number;
  readonly cold: boolean;
}

function openView(shared: Map<string, CacheRecord>, { now, maxBytes, cold }: ViewOptions): CacheView {
  const records = new Map(cold ? [] : shared);
  const writes: CacheWrite[] = [];

  function set(key: string, value: string, options?: { ttl?: number; expires_at?: number }): CacheSetResult {
    const code = sizeError(records, key, value, maxBytes);
    if (code !== undefined) return { type: 'error', code };
    const expiry = expiryOf(options, now());
    if (typeof expiry === 'string') return { type: 'error', code: expiry };
    const record = Object.freeze({ value, expires_at: expiry });
    records.set(key, record);
    return { type: 'success', record };
  }

  return {
    writes,
    api: {
      get(key) {
        const record = records.get(key);
        return record === undefined || record.expires_at < now() ? undefined : record;
      },
      set(key, value, options) {
        const result = set(key, value, options);
        writes.push({
          operation: 'set',
          key,
          value,
          result: result.type === 'error' ? result.code : 'success',
        });
        return result;
      },
      delete(key) {
        const found = records.delete(key);
        writes.push({ operation: 'delete', key, result: found ? 'success' : 'CacheKeyDoesNotExist' });
        return found ? { type: 'success' } : { type: 'error', code: 'CacheKeyDoesNotExist' };
      },
    },
    commit() {
      for (const { operation, key, result } of writes) {
        if (result !== 'success') continue;
        const record = records.get(key);
        if (operation === 'delete' || record === undefined) shared.delete(key);
        else shared.set(key, record);
      }
    },
  };
}

function sizeError(
  records: ReadonlyMap<string, CacheRecord>,
  key: string,
  value: string,
  maxBytes: number,
): CacheErrorCode | undefined {
  if (Buffer.byteLength(key) > maxKeyBytes) return 'CacheKeySizeExceeded';
  if (Buffer.byteLength(value) > maxValueBytes) return 'CacheValueSizeExceeded';
  // As in Auth0's code, a value that is about to be replaced still counts.
  let bytes = Buffer.byteLength(key) + Buffer.byteLength(value);
  for (const [name, record] of records) bytes += Buffer.byteLength(name) + Buffer.byteLength(record.value);
  if (bytes > maxBytes) return 'CacheSizeExceeded';
  if (!records.has(key) && records.size >= maxEntries) return 'CacheSizeExceeded';
  return undefined;
}

function expiryOf(
  options: { ttl?: number; expires_at?: number } | undefined,
  now: number,
): number | 'InvalidExpiry' | 'ItemAlreadyExpired' {
  const { ttl, expires_at: absolute } = options ?? {};
  // Plain JavaScript calls this: what is no finite number is refused, of any type.
  if ([ttl, absolute].some((time) => time !== undefined && !Number.isFinite(time))) return 'InvalidExpiry';
  const wanted: number[] = [];
  if (ttl !== undefined) wanted.push(now + Math.floor(ttl));
  if (absolute !== undefined) wanted.push(Math.floor(absolute));
  if (!wanted.every((time) => Number.isSafeInteger(time))) return 'InvalidExpiry';
  const expiry = Math.min(...(wanted.length === 0 ? [now + defaultLifetime] : wanted), now + maxLifetime);
  return expiry <= now ? 'ItemAlreadyExpired' : expiry;
}
