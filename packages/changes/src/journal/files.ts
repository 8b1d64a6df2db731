/**
 * The files of a journal: `00000001.ndjson` and so on in one folder, of which the last counts. A new one appears whole, by a
 * hard link that fails where there is one already: no process can replace what another one has begun, however long it slept.
 */
import { randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { link, open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ChangesError } from '../errors.ts';
import type { JournalLine } from './line.ts';
import { encodeLine } from './line.ts';
import { makeFolder } from './make-folder.ts';

const NAME = /^([0-9]{8})\.ndjson$/;

export function pathOf(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(8, '0')}.ndjson`);
}

/** The number of the file that counts; undefined where there is none. */
export async function lastFile(folder: string): Promise<number | undefined> {
  let last: number | undefined;
  for (const name of await readdir(folder).catch(absent)) {
    const number = Number(NAME.exec(name)?.[1] ?? Number.NaN);
    if (number > (last ?? 0)) last = number;
  }
  return last;
}

function absent(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw unavailable(error);
}

/** Whether the file is now there because of this call; false where another process was first. */
export async function addFile(
  folder: string,
  number: number,
  lines: readonly JournalLine[],
): Promise<boolean> {
  try {
    makeFolder(folder);
  } catch (error) {
    throw unavailable(error);
  }
  const draft = join(folder, `.${randomUUID()}.draft`);
  const file = await open(draft, 'wx').catch((error) => {
    throw unavailable(error);
  });
  try {
    await file.writeFile(Buffer.concat(lines.map(encodeLine)));
    await file.sync();
    await link(draft, pathOf(folder, number));
    await syncFolder(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw unavailable(error);
  } finally {
    await file.close();
    await unlink(draft);
  }
}

/** Removes every file before `number`. */
export async function removeFiles(folder: string, number: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const other = Number(NAME.exec(name)?.[1] ?? Number.NaN);
    if (other < number) await unlink(join(folder, name)).catch(ignoreAbsent);
  }
}

function ignoreAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** A name in a folder is durable when the folder is. */
async function syncFolder(folder: string): Promise<void> {
  // Windows has no such thing for folders.
  if (process.platform === 'win32') return;
  const handle: FileHandle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function unavailable(error: unknown): ChangesError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  return new ChangesError(
    'log_unavailable',
    `the journal can't be read or written (${code})`,
    'Check its folder, its permissions and the free space',
    error,
  );
}

export function missing(folder: string): ChangesError {
  return new ChangesError(
    'log_missing',
    `there is no journal in ${folder}`,
    'Make one by `claimgen log init`, or by `claimgen log init --lost` if there was one',
  );
}
