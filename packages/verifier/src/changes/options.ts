// The option `changes` of a verifier.
import { checkFunction } from '../own-options.ts';
import type { ChangeFeed } from './frame.ts';
import type { StalePolicy } from './policy.ts';

export interface ChangesOptions {
  /** Where changes are read: a log or feed of `@claimgen/changes`, or anything with its `read`. */
  readonly feed: ChangeFeed;
  /** What to do while it is unknown what has changed. */
  readonly onStale: StalePolicy;
  /** Seconds without a sign of life after which a feed is stale. By default 30, at least 10. */
  readonly maxStaleness?: number;
  /** Seconds: with `onStale: 'refresh'`, how old a token may be while the feed is stale. By default 600, at least 60. */
  readonly maxAge?: number;
  /** Ends the reading: for tests and scripts; without it a process goes on reading as long as it lives. */
  readonly signal?: AbortSignal;
  /** Called at most once a minute while a stale feed is allowed. */
  readonly log?: (problem: Error) => void;
}

/** Times are milliseconds. */
export interface CheckedChanges {
  readonly feed: ChangeFeed;
  readonly onStale: StalePolicy;
  readonly maxStaleness: number;
  readonly maxAge: number;
  readonly signal: AbortSignal;
  readonly log: ((problem: Error) => void) | undefined;
}

const POLICIES: readonly string[] = ['deny', 'refresh', 'allow'];
const NAMES: ReadonlySet<string> = new Set(['feed', 'onStale', 'maxStaleness', 'maxAge', 'signal', 'log']);

/** Throws a TypeError for options that can't work. */
export function checkChanges(options: ChangesOptions): CheckedChanges {
  if (typeof options !== 'object' || options === null) throw new TypeError('changes must be an object');
  for (const name of Object.keys(options)) {
    if (!NAMES.has(name))
      throw new TypeError(`changes has no option ${name}. It has ${[...NAMES].join(', ')}`);
  }
  const {
    feed,
    onStale,
    maxStaleness = 30,
    maxAge = 600,
    signal = new AbortController().signal,
    log,
  } = options;
  if (typeof feed?.read !== 'function') {
    throw new TypeError('changes.feed must be a log or feed of @claimgen/changes, or have a method read');
  }
  if (!POLICIES.includes(onStale)) {
    throw new TypeError(
      "changes.onStale must be 'deny', 'refresh' or 'allow': it decides what happens during an outage",
    );
  }
  if (!(maxStaleness >= 10 && maxStaleness <= 86_400)) {
    throw new TypeError(
      'changes.maxStaleness must be seconds, from 10 (feeds give a sign of life every 5) to 86,400',
    );
  }
  if (!(maxAge >= 60 && maxAge <= 86_400))
    throw new TypeError('changes.maxAge must be seconds, from 60 to 86,400');
  checkFunction('changes.log', log);
  return { feed, onStale, maxStaleness: maxStaleness * 1000, maxAge: maxAge * 1000, signal, log };
}
