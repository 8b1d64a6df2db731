/** Appending to a journal: in which file a line has to be, and when the next one begins. */
import type { ChangeRecord } from '@claimgen/verifier/changes';
import { checkRecords } from '../check-record.ts';
import { compact } from './compact.ts';
import { lastFile, missing, unavailable } from './files.ts';
import { encodeLine } from './line.ts';
import { type OpenFile, openLast } from './open-file.ts';

/** For one call at a time. `retention` in milliseconds, `compactAt` in bytes. */
export class JournalWriter {
  readonly #folder: string;
  readonly #retention: number;
  readonly #compactAt: number;
  readonly #clock: () => Date;
  #file: OpenFile | undefined;

  constructor(folder: string, retention: number, compactAt: number, clock: () => Date) {
    this.#folder = folder;
    this.#retention = retention;
    this.#compactAt = compactAt;
    this.#clock = clock;
  }

  async append(records: readonly ChangeRecord[]): Promise<void> {
    const now = this.#clock().getTime();
    checkRecords(records, now);
    if (records.length === 0) return;
    try {
      await this.#write(records, now);
    } catch (error) {
      // Who makes the journal again makes another file: the next call looks for it.
      await this.close().catch(() => {});
      throw error;
    }
  }

  async #write(records: readonly ChangeRecord[], now: number): Promise<void> {
    const bytes = encodeLine({ records });
    const own = JSON.stringify({ records });
    for (;;) {
      this.#file ??= await openLast(this.#folder, 'append');
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
    await this.close();
    if (((await lastFile(this.#folder)) ?? 0) <= file.number) {
      await compact(this.#folder, file.number, now - this.#retention);
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
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
