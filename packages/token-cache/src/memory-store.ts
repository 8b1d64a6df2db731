/** A store in this process: the default. Bounded: what was used longest ago goes first. */
import { LRUCache } from 'lru-cache';
import { type RateLimiterAbstract, RateLimiterMemory } from 'rate-limiter-flexible';
import { Clock, type Moment } from './clock.ts';
import type { CountOptions, Kept, TokenStore } from './store.ts';

const MAX_ENTRIES = 10_000;
/** Milliseconds: what is kept for longer belongs to a client that the issuer knows. */
const BRIEF = 120_000;
/** Seconds: a timer can't be set for more than 2^31 - 1 ms, and would be over at once. */
const MAX_TIMER = 2_147_483;

interface Entry {
  readonly value: string;
  readonly ms: number;
  readonly at: Moment;
}

/**
 * Makes a store that ends with the process.
 * @param wall milliseconds since 1970; by default the machine's
 */
export function memoryStore(wall?: () => number): TokenStore {
  return new MemoryStore(new Clock(wall));
}

class MemoryStore implements TokenStore {
  readonly #clock: Clock;
  readonly #lasting: LRUCache<string, Entry> = new LRUCache({ max: MAX_ENTRIES });
  /** On its own, so that nobody pushes tokens out by asking for clients that don't exist. */
  readonly #brief: LRUCache<string, Entry> = new LRUCache({ max: MAX_ENTRIES });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async read(key: string): Promise<Kept | undefined> {
    return this.#get(key);
  }

  async write(key: string, value: string, ms: number): Promise<void> {
    this.#set(key, value, ms);
  }

  async claim(key: string, value: string, ms: number): Promise<boolean> {
    if (this.#get(key) !== undefined) return false;
    this.#set(key, value, ms);
    return true;
  }

  async release(key: string, value: string): Promise<void> {
    if (this.#get(key)?.value === value) this.#delete(key);
  }

  async extend(key: string, ms: number): Promise<void> {
    const kept = this.#get(key);
    if (kept !== undefined) this.#set(key, kept.value, ms);
  }

  async remove(key: string): Promise<void> {
    this.#delete(key);
  }

  limiter(options: CountOptions): RateLimiterAbstract {
    return memoryLimiter(options);
  }

  async close(): Promise<void> {
    this.#lasting.clear();
    this.#brief.clear();
  }

  #get(key: string): Kept | undefined {
    const entry = this.#lasting.get(key) ?? this.#brief.get(key);
    if (entry === undefined) return undefined;
    const left = entry.ms - this.#clock.since(entry.at);
    if (left > 0) return { value: entry.value, left };
    this.#delete(key);
    return undefined;
  }

  #set(key: string, value: string, ms: number): void {
    this.#delete(key);
    (ms > BRIEF ? this.#lasting : this.#brief).set(key, { value, ms, at: this.#clock.now() });
  }

  #delete(key: string): void {
    this.#lasting.delete(key);
    this.#brief.delete(key);
  }
}

/** Counts in this process. Months are counted under keys of their own, and need no end. */
export function memoryLimiter({ name, points, seconds }: CountOptions): RateLimiterAbstract {
  return new RateLimiterMemory({
    keyPrefix: name,
    points,
    duration: seconds > MAX_TIMER ? 0 : seconds,
  });
}
