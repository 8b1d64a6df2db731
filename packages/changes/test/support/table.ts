/** Reads a feed as a verifier does, and tells what a token of the past would be told. */
import type { ChangeFeed, ChangeFrame } from '@claimgen/verifier/changes';

/** Reads until `isDone`, and stops the feed. Fails after `milliseconds`. */
export async function readUntil(
  feed: ChangeFeed,
  isDone: (records: readonly unknown[], frame: ChangeFrame) => boolean,
  { after, milliseconds = 30_000 }: { after?: { epoch: string; to: string }; milliseconds?: number } = {},
): Promise<{ records: unknown[]; frames: ChangeFrame[] }> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new Error('too late')), milliseconds);
  const records: unknown[] = [];
  const frames: ChangeFrame[] = [];
  try {
    for await (const value of feed.read(after, stop.signal)) {
      const frame = value as ChangeFrame;
      frames.push(frame);
      records.push(...frame.records);
      if (isDone(records, frame)) return { records, frames };
    }
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
  throw new Error(`the feed ended after ${records.length} records`);
}

/** Reads what is there. */
export function readAll(feed: ChangeFeed): Promise<{ records: unknown[]; frames: ChangeFrame[] }> {
  return readUntil(feed, (_, { to }) => to !== '');
}
