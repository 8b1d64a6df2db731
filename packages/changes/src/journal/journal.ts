/** A log in a folder of the local disk, for the processes of one machine. Survives restarts, `kill -9` and power cuts. */
import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { resolve } from 'node:path';
import type { ChangeFrame, ChangePosition, ChangeRecord } from '@claimgen/verifier/changes';
import { checkRecords } from '../check-record.ts';
import { ChangesError } from '../errors.ts';
import type { ChangeLog, LogOptions } from '../log.ts';
import { CHUNK, checkRetention, HEARTBEAT, risingClock, snapshotFrames } from '../log.ts';
import { Wake } from '../wake.ts';
import { compact, fileLines, readRecords } from './compact.ts';
import { addFile, lastFile, missing, removeFiles, unavailable } from './files.ts';
import { encodeLine } from './line.ts';
import { makeFolder } from './make-folder.ts';
import { OpenFile } from './open-file.ts';

export interface JournalOptions extends LogOptions {
  /** Makes the journal where there is none: only where nothing has happened that it would have to know of. */
  readonly create?: boolean;
  /** Bytes that the file grows to before what is old is left out. By default 1,048,576. */
  readonly compactAt?: number;
}

/** Milliseconds between two looks at the file where the system tells nothing. */
const POLL = 250;

/**
 * Opens the journal in `folder`. Throws `log_missing` where there is none and `create` is not set.
 *
 * @example
 * const log = openJournal('/var/lib/acme/changes', { create: true });
 * await publish(log, { sub: 'auth0|507f…', lost: ['orders:refund'] });
 */
export function openJournal(folder: string, options: JournalOptions = {}): ChangeLog {
  return new Journal(resolve(folder), options);
}

export interface InitJournalOptions {
  /** There was a log, and its records are lost, or can't be read: everybody refreshes once. */
  readonly lost?: boolean;
  readonly clock?: () => Date;
}

/** Makes a journal. Rejects with `log_exists` where there is one, unless `lost` is set. */
export async function initJournal(
  folder: string,
  { lost = false, clock = () => new Date() }: InitJournalOptions = {},
): Promise<void> {
  const path = resolve(folder);
  const last = await lastFile(path);
  if (last !== undefined && !lost) {
    throw new ChangesError('log_exists', `there is a journal in ${path}`, 'Use it, or replace it by --lost');
  }
  const horizon = lost ? clock().getTime() + 5000 : 0;
  const number = (last ?? 0) + 1;
  if (last !== undefined) await seal(path, last);
  if (!(await addFile(path, number, fileLines([], horizon)))) {
    throw new ChangesError('log_exists', `another process has just made a journal in ${path}`, 'Try again');
  }
  await removeFiles(path, number);
}

/** From here on whoever appends to the file looks for the next one. */
async function seal(folder: string, number: number): Promise<void> {
  const file = await OpenFile.open(folder, number, 'append').catch(() => undefined);
  try {
    await file?.append(encodeLine({ sealed: true }));
  } finally {
    await file?.close();
  }
}

class Journal implements ChangeLog {
  readonly #folder: string;
  readonly #retention: number;
  readonly #compactAt: number;
  readonly #clock: () => Date;
  readonly #now: () => number;
  #file: OpenFile | undefined;
  /** Appending is done one after the other. */
  #last: Promise<void> = Promise.resolve();
  /** Until it has been made, and never again: a journal that was lost must not look as if nothing had happened. */
  #isToBeMade = false;

  constructor(folder: string, options: JournalOptions) {
    this.#folder = folder;
    this.#retention = checkRetention(options);
    this.#compactAt = options.compactAt ?? 1 << 20;
    this.#clock = options.clock ?? (() => new Date());
    this.#now = risingClock(options.clock);
    if (options.create === true) makeFolder(folder);
    else if (!isJournal(folder)) throw missing(folder);
    this.#isToBeMade = !isJournal(folder);
    // A failure is reported by the call that needs it, which tries again.
    this.#make().catch(() => {});
  }

  append(records: readonly ChangeRecord[]): Promise<void> {
    const done = this.#last.then(() => this.#append(records));
    this.#last = done.catch(() => {});
    return done;
  }

  async snapshot(): Promise<ChangeFrame> {
    await this.#make();
    const file = await this.#openLast('read');
    try {
      const { records, end } = await readRecords(file);
      return {
        epoch: file.epoch,
        from: '',
        to: String(end),
        horizon: file.horizon,
        now: this.#now(),
        records,
      };
    } finally {
      await file.close();
    }
  }

  async *read(
    after: ChangePosition | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<ChangeFrame, void, undefined> {
    await this.#make();
    if (!isJournal(this.#folder)) throw missing(this.#folder);
    const wake = new Wake();
    const watcher = watchFolder(this.#folder, () => wake.call());
    try {
      let position = after;
      while (!signal.aborted) {
        const file = await this.#openLast('read');
        try {
          yield* this.#tail(file, position, wake, signal);
        } finally {
          await file.close();
        }
        position = undefined;
      }
    } finally {
      watcher?.close();
    }
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#letGo();
  }

  async #make(): Promise<void> {
    if (!this.#isToBeMade) return;
    await addFile(this.#folder, 1, fileLines([], 0));
    this.#isToBeMade = false;
  }

  /** Ends when there is a newer file. */
  async *#tail(
    file: OpenFile,
    after: ChangePosition | undefined,
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
      if (isSealed && ((await lastFile(this.#folder)) ?? 0) > file.number) {
        if (records.length > 0) yield { epoch, from, to: String(place), horizon, now: 0, records };
        return;
      }
      if (!isSealed && !isThere) throw missing(this.#folder);
      if (from === '') {
        yield* snapshotFrames({ epoch, to: String(place), horizon, now: this.#now() }, records);
        beat = performance.now();
      } else if (records.length > 0 || performance.now() - beat >= HEARTBEAT) {
        yield { epoch, from, to: String(place), horizon, now: this.#now(), records };
        beat = performance.now();
      }
      from = String(place);
      await wake.wait(POLL, signal);
    }
  }

  async #append(records: readonly ChangeRecord[]): Promise<void> {
    await this.#make();
    const now = this.#clock().getTime();
    checkRecords(records, now);
    if (records.length === 0) return;
    try {
      await this.#write(records, now);
    } catch (error) {
      // Who makes the journal again makes another file: the next call looks for it.
      await this.#letGo().catch(() => {});
      throw error;
    }
  }

  async #write(records: readonly ChangeRecord[], now: number): Promise<void> {
    const bytes = encodeLine({ records });
    const own = JSON.stringify({ records });
    for (;;) {
      this.#file ??= await this.#openLast('append');
      const file = this.#file;
      await file.append(bytes);
      const isThere = await file.isThere();
      const { isSealed, isIn } = await findLine(file, own);
      if (isIn) {
        // Removed by hand: nobody will read it.
        if (!isThere && !isSealed) throw missing(this.#folder);
        await this.#compactIfLarge(file, now);
        return;
      }
      if (!isSealed) throw unavailable(new Error('what was written is not there'));
      // It is after the seal, where nobody reads.
      await this.#nextFile(file, now);
    }
  }

  /** A failure is not the append's: the next one tries again. */
  async #compactIfLarge(file: OpenFile, now: number): Promise<void> {
    if ((await file.size()) < Math.max(this.#compactAt, 2 * file.startSize)) return;
    try {
      await file.append(encodeLine({ sealed: true }));
      await this.#nextFile(file, now);
    } catch {}
  }

  async #nextFile(file: OpenFile, now: number): Promise<void> {
    await this.#letGo();
    if (((await lastFile(this.#folder)) ?? 0) <= file.number) {
      await compact(this.#folder, file.number, now - this.#retention);
    }
  }

  async #letGo(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #openLast(mode: 'read' | 'append'): Promise<OpenFile> {
    for (;;) {
      const number = await lastFile(this.#folder);
      if (number === undefined) throw missing(this.#folder);
      const file = await OpenFile.open(this.#folder, number, mode);
      if (file !== undefined) return file;
    }
  }
}

/** Undefined where the system watches no more: of Linux a user has 128 instances, and the file is looked at all the same. */
function watchFolder(folder: string, changed: () => void): FSWatcher | undefined {
  try {
    return watch(folder, { persistent: false }, changed).on('error', () => {});
  } catch {
    return undefined;
  }
}

function isJournal(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.endsWith('.ndjson'));
  } catch {
    return false;
  }
}

/** Whether the line that was appended is before a seal: then it is part of the log, and will be in the next file, too. */
async function findLine(file: OpenFile, own: string): Promise<{ isSealed: boolean; isIn: boolean }> {
  let isIn = false;
  let isSealed = false;
  for await (const { line, json } of file.lines()) {
    if ('sealed' in line) isSealed = true;
    else if (!isSealed && json === own) isIn = true;
  }
  return { isSealed, isIn };
}
