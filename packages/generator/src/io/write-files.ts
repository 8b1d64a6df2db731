// Writes generated files, all or none.
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { InputError, type Problem } from '../errors.ts';
import { writeAtomically } from './atomic-write.ts';
import { makeFolder } from './make-folder.ts';
import { blocked, blockedBy, failingAtWrite, foreign, writeProblem } from './write-refusal.ts';

/** A text and the path it goes to. */
export interface FileToWrite {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  /** The folder that the file must be in when the links on the way are followed. */
  readonly within: string;
  /** Whether a file with this text may be replaced: what claimgen wrote. */
  isOurs(present: string): boolean;
  /** Whether a file with this text need not be replaced; the very text never is. */
  isCurrent?(present: string): boolean;
}

const FIX = 'Free the path or some space, or choose another folder with --out.';

/**
 * Writes files, each so that a crash leaves its old text or its new one; leaves those alone that don't change. What can be known to fail is
 * found before the first is written: a file of somebody else, a link that leads elsewhere, a folder that can't be written.
 * @throws InputError with a problem for each such file
 */
export function writeFiles(files: readonly FileToWrite[]): void {
  const problems: Problem[] = [];
  const changed = files.filter((file) => {
    try {
      return needsWriting(file);
    } catch (error) {
      problems.push(writeProblem(file.path, error, FIX));
      return false;
    }
  });
  // A folder that is in the way is so for every file below it.
  const distinct = [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
  if (distinct.length > 0) throw new InputError(distinct);
  for (const { path, text } of changed) {
    failingAtWrite(path, FIX, () => {
      makeFolder(dirname(path));
      writeAtomically(path, text);
    });
  }
}

/** @throws WriteRefusal or the system's error where the file must not or can't be written */
function needsWriting({ path, text, within, isOurs, isCurrent }: FileToWrite): boolean {
  const folder = realFolder(dirname(path));
  const root = realFolder(within);
  if (!isWithin(root, folder)) {
    const link = leavingLink(root, within, dirname(path));
    throw blockedBy(
      link,
      `this link leads elsewhere, to ${realFolder(link)}`,
      'Remove the link, or name the folder that it leads to under "out" or with --out.',
    );
  }
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return checkFolder(folder);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) throw blocked('there is a folder in its place', FIX);
  if (found?.isSymbolicLink() === true) {
    throw blocked(
      'there is a link in its place',
      'Delete the link, or choose another folder with "out" or --out.',
    );
  }
  if (found !== undefined && !found.isFile()) throw blocked('what is in its place is no regular file', FIX);
  if (found !== undefined) {
    const present = readFileSync(path, 'utf8');
    if (present === text || isCurrent?.(present) === true) return false;
    if (!isOurs(present)) throw foreign('Move or delete it, or choose another folder with "out" or --out.');
  }
  accessSync(folder, constants.W_OK);
  return true;
}

/** The first part of the way from one folder to another that leads out of it. */
function leavingLink(root: string, within: string, folder: string): string {
  let link = folder;
  for (let at = folder; at !== within; at = dirname(at)) if (!isWithin(root, realFolder(at))) link = at;
  return link;
}

/**
 * Finds out whether a file can be made in a folder, which may not be there yet.
 * @throws WriteRefusal or the system's error where it can't, as far as that can be known before
 */
export function checkFolder(folder: string): true {
  let above = folder;
  while (!existsSync(above)) above = dirname(above);
  if (!statSync(above).isDirectory()) throw blockedBy(above, 'this is a file where a folder must be', FIX);
  accessSync(above, constants.W_OK);
  return true;
}

/**
 * A folder's path without links, as far as it exists.
 * @throws WriteRefusal for a link that leads nowhere
 */
export function realFolder(path: string): string {
  const missing: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    if (existsSync(at)) return join(realpathSync(at), ...missing);
    if (isLink(at)) throw blockedBy(at, 'this link leads nowhere', 'Remove the link.');
    missing.unshift(basename(at));
  }
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

/** Whether a path is that of the folder or of something in it; both without links. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
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
