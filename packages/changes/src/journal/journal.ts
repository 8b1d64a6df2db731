/** A log in a folder of the local disk, for the processes of one machine. Survives restarts, `kill -9` and power cuts. */
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ChangeFrame, ChangePosition, ChangeRecord } from '@claimgen/verifier/changes';
import type { ChangeLog, LogOptions } from '../log.ts';
import { checkRetention, risingClock } from '../log.ts';
import { Wake } from '../wake.ts';
import { fileLines, readRecords } from './compact.ts';
import { addFile, missing } from './files.ts';
import { JournalWriter } from './journal-writer.ts';
import { makeFolder } from './make-folder.ts';
import { openLast } from './open-file.ts';
import { tail } from './tail.ts';
import { watchFolder } from './watch-folder.ts';

export interface JournalOptions extends LogOptions {
  /** Makes the journal where there is none: only where nothing has happened that it would have to know of. */
  readonly create?: boolean;
  /** Bytes that the file grows to before what is old is left out. By default 1,048,576. */
  readonly compactAt?: number;
}

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

class Journal implements ChangeLog {
  readonly #folder: string;
  readonly #writer: JournalWriter;
  readonly #now: () => number;
  /** Appending is done one after the other. */
  #last: Promise<void> = Promise.resolve();
  /** Until it has been made, and never again: a journal that was lost must not look as if nothing had happened. */
  #isToBeMade = false;

  constructor(folder: string, options: JournalOptions) {
    this.#folder = folder;
    this.#writer = new JournalWriter(
      folder,
      checkRetention(options),
      options.compactAt ?? 1 << 20,
      options.clock ?? (() => new Date()),
    );
    this.#now = risingClock(options.clock);
    if (options.create === true) makeFolder(folder);
    else if (!isJournal(folder)) throw missing(folder);
    this.#isToBeMade = !isJournal(folder);
    // A failure is reported by the call that needs it, which tries again.
    this.#make().catch(() => {});
  }

  append(records: readonly ChangeRecord[]): Promise<void> {
    const done = this.#last.then(async () => {
      await this.#make();
      await this.#writer.append(records);
    });
    this.#last = done.catch(() => {});
    return done;
  }

  async snapshot(): Promise<ChangeFrame> {
    await this.#make();
    const file = await openLast(this.#folder, 'read');
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
        const file = await openLast(this.#folder, 'read');
        try {
          yield* tail(this.#folder, file, position, this.#now, wake, signal);
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
    await this.#writer.close();
  }

  async #make(): Promise<void> {
    if (!this.#isToBeMade) return;
    await addFile(this.#folder, 1, fileLines([], 0));
    this.#isToBeMade = false;
  }
}

function isJournal(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.endsWith('.ndjson'));
  } catch {
    return false;
  }
}
