/** Where tokens, leases, generations and counts are kept: in this process, or in a server that a fleet shares. */
import type { RateLimiterAbstract } from 'rate-limiter-flexible';

/** What is kept under a key, and for how many milliseconds yet. */
export interface Kept {
  readonly value: string;
  readonly left: number;
}

/** What is counted, such as grants an hour. */
export interface CountOptions {
  readonly name: string;
  readonly points: number;
  /** Seconds after which the count begins again. */
  readonly seconds: number;
}

/** Every call may reject: then each process goes on for itself. Keys are HMACs, and values are sealed, or random. */
export interface TokenStore {
  read(key: string): Promise<Kept | undefined>;
  /** @param ms milliseconds that it is kept for, at most */
  write(key: string, value: string, ms: number): Promise<void>;
  /** Writes where there is nothing; false where there is. */
  claim(key: string, value: string, ms: number): Promise<boolean>;
  /** Removes the value, if it is this one. */
  release(key: string, value: string): Promise<void>;
  /** Keeps what is there for so many milliseconds from now. */
  extend(key: string, ms: number): Promise<void>;
  remove(key: string): Promise<void>;
  limiter(options: CountOptions): RateLimiterAbstract;
  close(): Promise<void>;
}
