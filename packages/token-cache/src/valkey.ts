/** A store in Valkey or Redis, for a fleet: `@claimgen/token-cache/valkey`. */
import { type RateLimiterAbstract, RateLimiterRedis } from 'rate-limiter-flexible';
import type { CountOptions, Kept, TokenStore } from './store.ts';

/** What is used of a client of `@redis/client`, version 6. */
export interface RedisClientLike {
  duplicate(overrides?: object): RedisClientLike;
  connect(): Promise<unknown>;
  sendCommand(args: readonly string[]): Promise<unknown>;
  destroy(): void;
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

export interface ValkeyStoreOptions {
  /** What every key begins with: `claimgen:tokens:` by default. */
  readonly prefix?: string;
}

/** The value and its time to live, of one and the same write. */
const READ = "return {redis.call('get', KEYS[1]), redis.call('pttl', KEYS[1])}";
/** A lease that ran out may be another's by now. */
const RELEASE =
  "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";

/**
 * A store in one server, or in the primary of several. The client is duplicated, and not used itself.
 *
 * @example
 * const store = valkeyStore(createClient({ url: 'redis://10.0.0.5:6379' }));
 */
export function valkeyStore(client: RedisClientLike, options: ValkeyStoreOptions = {}): TokenStore {
  return new ValkeyStore(client, options);
}

/**
 * A store at a URL, `redis://` or `rediss://`. Needs `@redis/client` 6.
 *
 * @example
 * const store = await connectValkeyStore('rediss://user:password@valkey.internal:6379');
 */
export async function connectValkeyStore(url: string, options: ValkeyStoreOptions = {}): Promise<TokenStore> {
  const { createClient } = await import('@redis/client');
  return valkeyStore(createClient({ url }) as unknown as RedisClientLike, options);
}

class ValkeyStore implements TokenStore {
  readonly #client: RedisClientLike;
  readonly #prefix: string;
  #connecting: Promise<void> | undefined;
  #isConnected = false;
  readonly #waiting: ((error: unknown) => void)[] = [];

  constructor(client: RedisClientLike, { prefix = 'claimgen:tokens:' }: ValkeyStoreOptions) {
    // What waits for a server that is gone would be answered from the past: it fails at once, and is asked again.
    this.#client = client.duplicate({ disableOfflineQueue: true });
    this.#prefix = prefix;
    // It reconnects by itself; whoever needs it is told by their command.
    this.#client.on('error', (error) => {
      for (const reject of this.#waiting.splice(0)) reject(error);
    });
  }

  async read(key: string): Promise<Kept | undefined> {
    const reply = await this.#send('EVAL', READ, '1', this.#prefix + key);
    if (!Array.isArray(reply)) return undefined;
    const [value, left] = reply as readonly unknown[];
    return typeof value === 'string' && typeof left === 'number' && left > 0 ? { value, left } : undefined;
  }

  async write(key: string, value: string, ms: number): Promise<void> {
    await this.#send('SET', this.#prefix + key, value, 'PX', milliseconds(ms));
  }

  async claim(key: string, value: string, ms: number): Promise<boolean> {
    const reply = await this.#send('SET', this.#prefix + key, value, 'NX', 'PX', milliseconds(ms));
    return reply === 'OK';
  }

  async release(key: string, value: string): Promise<void> {
    await this.#send('EVAL', RELEASE, '1', this.#prefix + key, value);
  }

  async extend(key: string, ms: number): Promise<void> {
    await this.#send('PEXPIRE', this.#prefix + key, milliseconds(ms));
  }

  async remove(key: string): Promise<void> {
    await this.#send('DEL', this.#prefix + key);
  }

  limiter({ name, points, seconds }: CountOptions): RateLimiterAbstract {
    return new RateLimiterRedis({
      storeClient: this.#client,
      useRedisPackage: true,
      rejectIfRedisNotReady: true,
      keyPrefix: `${this.#prefix}${name}`,
      points,
      duration: seconds,
    });
  }

  async close(): Promise<void> {
    try {
      this.#client.destroy();
    } catch {
      // One that never connected says so.
    }
  }

  async #send(...args: readonly string[]): Promise<unknown> {
    if (!this.#isConnected) await Promise.race([this.#connect(), this.#failure()]);
    return this.#client.sendCommand(args);
  }

  /** It goes on trying, whoever waits. */
  #connect(): Promise<void> {
    this.#connecting ??= this.#client.connect().then(
      () => {
        this.#isConnected = true;
        this.#waiting.length = 0;
      },
      (error: unknown) => {
        this.#connecting = undefined;
        throw error;
      },
    );
    return this.#connecting;
  }

  /** Rejects with what goes wrong next: a password that is refused, a server that isn't there. */
  #failure(): Promise<never> {
    return new Promise((_, reject) => {
      this.#waiting.push(reject);
    });
  }
}

function milliseconds(ms: number): string {
  return String(Math.max(1, Math.floor(ms)));
}
