import {
  accessSync,
  appendFileSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sync as writeFileAtomic } from 'write-file-atomic';
import { fileError, reasonOf } from './files.ts';

/** A text and the path it goes to. */
export interface FileToWrite {
  readonly path: string;
  readonly text: string;
}

/**
 * Writes files, each so that a crash leaves its old text or its new one; leaves those alone that don't change. What can be known to fail is
 * found before the first is written.
 * @throws InputError
 */
export function writeFiles(files: readonly FileToWrite[]): void {
  const changed = files.filter(({ path, text }) => !holds(path, text));
  for (const { path } of changed) failingAtWrite(path, () => checkWritable(path));
  for (const { path, text } of changed) {
    failingAtWrite(path, () => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileAtomic(path, text);
    });
  }
}

function holds(path: string, text: string): boolean {
  return existsSync(path) && statSync(path).isFile() && readFileSync(path, 'utf8') === text;
}

function checkWritable(path: string): void {
  if (existsSync(path) && !statSync(path).isFile()) throw new WriteRefusal('there is a folder in its place');
  let folder = dirname(path);
  while (!existsSync(folder)) folder = dirname(folder);
  if (!statSync(folder).isDirectory()) throw new WriteRefusal('there is a file where its folder must be');
  accessSync(folder, constants.W_OK);
}

class WriteRefusal extends Error {}

function failingAtWrite(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw fileError(
      'file_unwritable',
      path,
      `the file can't be written: ${error instanceof WriteRefusal ? error.message : reasonOf(error)}`,
      'Free the path or some space, or choose another folder with --out.',
    );
  }
}

/** @throws InputError */
export function appendText(path: string, text: string): void {
  failingAtWrite(path, () => appendFileSync(path, text));
}

/** Lends a folder that is gone afterwards. */
export function withTemporaryFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'claimgen-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
