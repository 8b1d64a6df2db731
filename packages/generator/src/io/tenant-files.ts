// Files of the commands that talk to a tenant: where logins and tokens are kept, and what a pull writes beside them.
import {
  closeSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError } from '../errors.ts';
import { makeFolder } from './make-folder.ts';
import { isStreamAt } from './named-files.ts';
import { checkFolder } from './write-files.ts';
import { blocked, failingAtWrite, writeProblem } from './write-refusal.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The text of a file, or undefined where it can't be read: a login that is not to be had is as good as none. */
export function readIfReadable(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** The config of Auth0's own CLI (auth0/auth0-cli, internal/config/config.go). */
export function auth0CliConfig(env: Env): string {
  return join(homeOf(env), '.config', 'auth0', 'config.json');
}

/** The folder of cached Management API tokens (XDG base directories; LOCALAPPDATA on Windows). */
export function tokenCacheFolder(env: Env): string {
  const cache = env['XDG_CACHE_HOME'] || env['LOCALAPPDATA'] || join(homeOf(env), '.cache');
  return join(cache, 'claimgen', 'tokens');
}

function homeOf(env: Env): string {
  return env['HOME'] || homedir();
}

/**
 * Finds out whether a file can be made in a folder, before there is anything to write.
 * @throws InputError where it can't, as far as that can be known
 */
export function assertWritable(folder: string): void {
  failingAtWrite(folder, FIX, () => checkFolder(folder));
}

/** Makes the folder that a file is to be in. */
export function makeFolderOf(path: string): void {
  failingAtWrite(path, FIX, () => makeFolder(dirname(path)));
}

/** Whether a file has these bytes; it may be larger than memory likes. */
export function hasText(path: string, pieces: Iterable<string>): boolean {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return false;
  const file = openSync(path, 'r');
  try {
    let at = 0;
    for (const piece of pieces) {
      const expected = Buffer.from(piece);
      const found = Buffer.alloc(expected.length);
      if (readSync(file, found, 0, expected.length, at) !== expected.length || !found.equals(expected))
        return false;
      at += expected.length;
    }
    return at === size;
  } finally {
    closeSync(file);
  }
}

/** Whether a file begins so. */
export function hasStart(path: string, start: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const expected = Buffer.from(start);
  const found = Buffer.alloc(expected.length);
  const file = openSync(path, 'r');
  try {
    return readSync(file, found) === expected.length && found.equals(expected);
  } finally {
    closeSync(file);
  }
}

/** Bytes that are read at once. */
const CHUNK = 1 << 16;

/** The lines of a file, without their breaks; it may be larger than memory likes. */
export function* linesOf(path: string): Generator<string> {
  const file = openSync(path, 'r');
  try {
    const decoder = new TextDecoder();
    const chunk = Buffer.alloc(CHUNK);
    let rest = '';
    for (;;) {
      const size = readSync(file, chunk);
      if (size === 0) break;
      const lines = (rest + decoder.decode(chunk.subarray(0, size), { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    rest += decoder.decode();
    if (rest !== '') yield rest;
  } finally {
    closeSync(file);
  }
}

const FIX = 'Make room, or choose another place; what was there is as before.';

/**
 * Writes files and removes others: all new texts are on the disk before the first of them takes its name.
 * @param files absolute paths
 * @throws InputError where they can't be written, and then nothing has changed
 */
export function replaceFiles(
  files: Iterable<{ readonly path: string; readonly text: string }>,
  stale: Iterable<string>,
): void {
  const written: { readonly temporary: string; readonly path: string }[] = [];
  try {
    for (const { path, text } of files) {
      if (hasText(path, [text])) continue;
      const temporary = `${path}.${process.pid}.tmp`;
      written.push({ temporary, path });
      failingAtWrite(path, FIX, () => {
        makeFolder(dirname(path));
        writeFileSync(temporary, text);
      });
    }
  } catch (error) {
    for (const { temporary } of written) rmSync(temporary, { force: true });
    throw error;
  }
  for (const { temporary, path } of written) failingAtWrite(path, FIX, () => renameSync(temporary, path));
  for (const path of stale) failingAtWrite(path, FIX, () => rmSync(path));
}

/** The exports of a JavaScript module. */
export async function importModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  return (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
}

/** A file of lines about people, which only its owner reads. It takes its name when it is finished. */
export interface PrivateLines {
  /** @throws InputError, as on a full disk */
  write(line: string): void;
  /** @throws InputError */
  finish(): void;
  /** Removes what is not finished. */
  close(): void;
}

/**
 * Nothing is written before the first line, and what a run left behind that was killed after it is removed.
 * @param isOurs whether a file that begins so may be replaced
 * @throws InputError
 */
export function openPrivateLines(path: string, isOurs: (start: string) => boolean): PrivateLines {
  const temporary = `${path}.${process.pid}.tmp`;
  const open = () => openSync(temporary, 'wx', 0o600);
  const isStream = failingAtWrite(path, FIX, () => {
    // A device or a pipe is written to, never replaced.
    if (isStreamAt(path, isOurs)) return true;
    makeFolder(dirname(path));
    removeLeftovers(path);
    // Whoever can't write here is told before the tenant is asked.
    closeSync(open());
    rmSync(temporary);
    return false;
  });
  let file = isStream ? failingAtWrite(path, FIX, () => openSync(path, 'w')) : undefined;
  const opened = (): number => {
    file ??= open();
    return file;
  };
  return {
    write: (line) => failingAtWrite(path, FIX, () => writeFileSync(opened(), `${line}\n`)),
    finish: () =>
      failingAtWrite(path, FIX, () => {
        opened();
        if (!isStream) renameSync(temporary, path);
      }),
    close() {
      if (file !== undefined) closeSync(file);
      if (!isStream) rmSync(temporary, { force: true });
    },
  };
}

/** Removes unfinished files of processes that are gone. */
function removeLeftovers(path: string): void {
  const start = `${basename(path)}.`;
  for (const name of readdirSync(dirname(path))) {
    const pid = name.startsWith(start)
      ? /^([1-9]\d{0,8})\.tmp$/.exec(name.slice(start.length))?.[1]
      : undefined;
    if (pid !== undefined && isGone(Number(pid))) rmSync(join(dirname(path), name), { force: true });
  }
}

function isGone(pid: number): boolean {
  // In a container every run may have the same one.
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return Object(error).code === 'ESRCH';
  }
}

/**
 * The path without links of a file or folder that is to be replaced, where there is one.
 * @throws InputError for a device, a pipe and the like, which would be lost
 */
export function replaceablePath(path: string): string {
  // A file in the place of one of its folders is an error of its own.
  const found = failingAtWrite(path, FIX, () => statSync(path, { throwIfNoEntry: false }));
  if (found === undefined) return path;
  if (found.isFile() || found.isDirectory()) return realpathSync(path);
  throw new InputError([writeProblem(path, blocked('what is in its place is no regular file', FIX), FIX)]);
}

/**
 * Writes a file where there is none.
 * @throws InputError where there is one, or it can't be written
 */
export function createFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  failingAtWrite(path, FIX, () => {
    try {
      writeFileSync(temporary, text, { flag: 'wx' });
      // A link fails where somebody else was faster; renaming would replace their file.
      linkSync(temporary, path);
    } finally {
      rmSync(temporary, { force: true });
    }
  });
}
