/** Making a journal, in place of one that is lost, too. */
import { resolve } from 'node:path';
import { ChangesError } from '../errors.ts';
import { fileLines } from './compact.ts';
import { addFile, lastFile, removeFiles } from './files.ts';
import { encodeLine } from './line.ts';
import { OpenFile } from './open-file.ts';

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
