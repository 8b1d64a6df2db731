// What a feed delivers: some records, and how far the log has been read with them.
export interface ChangeFrame {
  /** Names one life of the log: positions of another one mean nothing. */
  readonly epoch: string;
  /** The position that the records come after; empty for a part of a snapshot, which may come at any time. */
  readonly from: string;
  /** The position after the records; empty where more of the snapshot follows. */
  readonly to: string;
  /** Milliseconds since 1970: records of this time and before may have been forgotten. */
  readonly horizon: number;
  /** The log's clock, ms since 1970, when it was read to its end; 0 where more follows at once. */
  readonly now: number;
  readonly records: readonly unknown[];
}

/** How far a log has been read. */
export interface ChangePosition {
  readonly epoch: string;
  readonly to: string;
}

/**
 * Where a verifier learns of changes. The logs and feeds of `@claimgen/changes` are such; any object with this method is.
 */
export interface ChangeFeed {
  /**
   * Frames after `after`, or a snapshot first where that is undefined or unknown to the log. While the log can be read a
   * frame comes at least every 5 s, without records if there are none. Ends or throws when it can't go on; is asked again then.
   */
  read(after: ChangePosition | undefined, signal: AbortSignal): AsyncIterable<unknown>;
}

const MAX_POSITION_LENGTH = 1024;

/** Undefined for what is no frame. The records are as they came: `readRecord` reads them. */
export function readFrame(value: unknown): ChangeFrame | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const own = (name: string): unknown =>
    Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  const [epoch, from, to] = [own('epoch'), own('from'), own('to')];
  const [horizon, now, records] = [own('horizon'), own('now'), own('records')];
  if (!isPosition(epoch) || !isPosition(from) || !isPosition(to)) return undefined;
  if (!isTime(horizon) || !isTime(now) || !Array.isArray(records)) return undefined;
  return { epoch, from, to, horizon, now, records };
}

function isPosition(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_POSITION_LENGTH;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value);
}
