/** How a log in Valkey or Redis is opened and made. */
import type { LogOptions } from '../log.ts';
import { checkRetention } from '../log.ts';

export interface ValkeyOptions extends LogOptions {
  /** The key of the stream. */
  readonly key: string;
  /**
   * How many replicas must have a record before it counts as published, and how many the primary must hear of while it is
   * read. By default 1. With 0 a record can be lost with the server, and one that was replaced unnoticed goes on being read.
   */
  readonly replicas?: number;
  /** Makes the log where there is none: only where nothing has happened that it would have to know of. */
  readonly create?: boolean;
  /** Milliseconds that a command may take. By default 2,000. */
  readonly deadline?: number;
}

export interface InitValkeyOptions extends Pick<ValkeyOptions, 'key' | 'replicas' | 'deadline' | 'clock'> {
  /** There was a log, and its records are lost: everybody refreshes once. */
  readonly lost?: boolean;
}

/** Times are milliseconds. */
export interface CheckedOptions {
  readonly key: string;
  readonly replicas: number;
  readonly create: boolean;
  readonly deadline: number;
  readonly retention: number;
  readonly clock: () => Date;
}

/** Throws a TypeError for options that can't work. */
export function checkOptions(options: ValkeyOptions): CheckedOptions {
  const { key, replicas = 1, create = false, deadline = 2000, clock = () => new Date() } = options;
  if (typeof key !== 'string' || key === '') throw new TypeError('key must be the key of a stream');
  if (!Number.isSafeInteger(replicas) || replicas < 0) throw new TypeError('replicas must be 0, 1 or more');
  // Timers count milliseconds in 31 bits; more of them fire at once.
  if (typeof deadline !== 'number' || !(deadline >= 1 && deadline <= 600_000))
    throw new TypeError('deadline must be a number of milliseconds from 1 to 600,000');
  return { key, replicas, create, deadline, clock, retention: checkRetention(options) };
}
