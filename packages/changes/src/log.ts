/** What every log of changes is: append-only, idempotent, joined by whoever reads it. */
import type { ChangeFeed, ChangeFrame, ChangePosition, ChangeRecord } from '@claimgen/verifier/changes';

export interface ChangeLog extends ChangeFeed {
  /**
   * Resolves when the records are durable; appending the same again changes nothing. Rejects with a ChangesError:
   * `record_invalid` and `record_in_future` before anything is written, the others where it is unknown whether it was.
   */
  append(records: readonly ChangeRecord[]): Promise<void>;
  /** All that is remembered, as one frame. */
  snapshot(): Promise<ChangeFrame>;
  read(after: ChangePosition | undefined, signal: AbortSignal): AsyncIterable<ChangeFrame>;
  /** Lets go of files and connections. */
  close(): Promise<void>;
}

export interface LogOptions {
  /**
   * Seconds that records are remembered: the longest lifetime of an access token, the verifiers' `clockTolerance`, the
   * layouts' guard and 5. By default 86,430. Shorter costs refreshes, not security.
   */
  readonly retention?: number;
  /** Returns the time, by default the system's. */
  readonly clock?: () => Date;
}

/** Milliseconds after which a frame comes even if there are no records. */
export const HEARTBEAT = 5000;
/** Records in one frame of a snapshot. */
export const CHUNK = 1000;
const DEFAULT_RETENTION = 86_430;

/** Milliseconds. Throws a TypeError. */
export function checkRetention({ retention = DEFAULT_RETENTION }: LogOptions): number {
  if (!Number.isSafeInteger(retention) || retention < 60) {
    throw new TypeError('retention must be a whole number of seconds, 60 at least');
  }
  return retention * 1000;
}

/** Milliseconds since 1970 that never go back, so that each frame's is newer than the last one's. */
export function risingClock(clock: () => Date = () => new Date()): () => number {
  let last = 0;
  return () => {
    last = Math.max(clock().getTime(), last + 1);
    return last;
  };
}

/** The frames of a snapshot: all but the last say that more follows. */
export function* snapshotFrames(
  { epoch, to, horizon, now }: Omit<ChangeFrame, 'from' | 'records'>,
  records: readonly unknown[],
): Generator<ChangeFrame, void, undefined> {
  let start = 0;
  while (records.length - start > CHUNK) {
    yield { epoch, from: '', to: '', horizon, now: 0, records: records.slice(start, start + CHUNK) };
    start += CHUNK;
  }
  yield { epoch, from: '', to, horizon, now, records: records.slice(start) };
}
