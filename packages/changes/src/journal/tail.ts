/** Following one file of a journal as it grows. */
import type { ChangeFrame, ChangePosition } from '@claimgen/verifier/changes';
import { CHUNK, HEARTBEAT, snapshotFrames } from '../log.ts';
import type { Wake } from '../wake.ts';
import { lastFile, missing } from './files.ts';
import type { OpenFile } from './open-file.ts';

/** Milliseconds between two looks at the file where the system tells nothing. */
const POLL = 250;

/** Ends when there is a newer file. */
export async function* tail(
  folder: string,
  file: OpenFile,
  after: ChangePosition | undefined,
  now: () => number,
  wake: Wake,
  signal: AbortSignal,
): AsyncGenerator<ChangeFrame, void, undefined> {
  const { epoch, horizon } = file;
  const isNext = after?.epoch === epoch && (await file.seek(Number(after.to)));
  let from = isNext ? after.to : '';
  let place = isNext ? Number(after.to) : file.headerEnd;
  let isSealed = false;
  let beat = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    // Looked at first: a file is sealed before it is removed.
    const isThere = await file.isThere();
    const records: unknown[] = [];
    for await (const { line, end } of file.lines()) {
      isSealed ||= 'sealed' in line;
      if (isSealed) continue;
      if ('records' in line) records.push(...line.records);
      place = end;
      // A part of a snapshot as soon as it is read: all of it at once would have to be held, and collected.
      if (from === '' && records.length >= CHUNK)
        yield { epoch, from, to: '', horizon, now: 0, records: records.splice(0) };
    }
    if (isSealed && ((await lastFile(folder)) ?? 0) > file.number) {
      if (records.length > 0) yield { epoch, from, to: String(place), horizon, now: 0, records };
      return;
    }
    if (!isSealed && !isThere) throw missing(folder);
    if (from === '') {
      yield* snapshotFrames({ epoch, to: String(place), horizon, now: now() }, records);
      beat = performance.now();
    } else if (records.length > 0 || performance.now() - beat >= HEARTBEAT) {
      yield { epoch, from, to: String(place), horizon, now: now(), records };
      beat = performance.now();
    }
    from = String(place);
    await wake.wait(POLL, signal);
  }
}
