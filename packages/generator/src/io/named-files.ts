// Files that the user names on the command line, or a CI system by a variable. A device or a pipe is written to; of regular files only what
// claimgen wrote, or an empty one, is replaced.
import {
  appendFileSync,
  closeSync,
  lstatSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { writeAtomically } from './atomic-write.ts';
import { makeFolder } from './make-folder.ts';
import { blocked, failingAtWrite, foreign } from './write-refusal.ts';

const FIX = 'Free the path or some space, or name another file.';

/**
 * Writes a whole file, so that a crash leaves its old text or its new one.
 * @param isOurs whether claimgen wrote a file that begins so
 * @throws InputError
 */
export function writeNamedFile(path: string, text: string, isOurs: (start: string) => boolean): void {
  failingAtWrite(path, FIX, () => {
    if (isStreamAt(path, isOurs)) return writeFileSync(path, text);
    makeFolder(dirname(path));
    return writeAtomically(path, text);
  });
}

/** @throws InputError */
export function appendText(path: string, text: string): void {
  failingAtWrite(path, FIX, () => appendFileSync(path, text));
}

/** A file that is written line by line as they come, and left in place when a run breaks off. */
export interface LineWriter {
  /** @throws InputError, as on a full disk */
  write(line: string): void;
  /** @throws InputError */
  close(): void;
}

/**
 * @param isOurs whether claimgen wrote a file that begins so
 * @throws InputError
 */
export function openLineWriter(path: string, isOurs: (start: string) => boolean): LineWriter {
  const file = failingAtWrite(path, FIX, () => {
    if (isStreamAt(path, isOurs)) return openSync(path, 'w');
    makeFolder(dirname(path));
    // Another name of the same file keeps its text, and no link that comes up now is followed.
    rmSync(path, { force: true });
    return openSync(path, 'wx');
  });
  return {
    write: (line) => failingAtWrite(path, FIX, () => writeAll(file, Buffer.from(`${line}\n`))),
    close: () => failingAtWrite(path, FIX, () => closeSync(file)),
  };
}

/** A pipe may take less at once. */
function writeAll(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

/**
 * Whether bytes go to something that can't be replaced, such as /dev/stdout or a pipe.
 * @throws WriteRefusal for what must not be replaced
 */
export function isStreamAt(path: string, isOurs: (start: string) => boolean): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  const target = statSync(path, { throwIfNoEntry: false });
  if (target?.isDirectory() === true) throw blocked('there is a folder in its place', FIX);
  if (target !== undefined && !target.isFile()) return true;
  if (found.isSymbolicLink()) throw blocked('it is a link to another file', 'Name that file itself.');
  if (found.size > 0 && !isOurs(startOf(path))) throw foreign('Move or delete it, or name another file.');
  return false;
}

/** Enough to tell what a file is. */
const START = 4096;

function startOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(START);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, START, 0));
  } finally {
    closeSync(file);
  }
}
