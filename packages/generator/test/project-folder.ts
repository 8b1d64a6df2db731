import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type ExitCode, run } from '../src/run.ts';
import { assertJsonOutput } from './json-output.ts';

/** What a run of the command printed, and its exit code. */
export interface Finished {
  readonly exitCode: ExitCode;
  readonly out: string;
  readonly error: string;
}

/** A project in a temporary folder. */
export interface ProjectFolder {
  readonly path: string;
  /** Adds files, or overwrites them; undefined makes an empty folder. */
  write(files: Readonly<Record<string, string | undefined>>): void;
  read(path: string): string;
  remove(path: string): void;
  /** Every file's text by its path, and undefined for every folder. */
  snapshot(): ReadonlyMap<string, string | undefined>;
  /** Runs `claimgen` here, or in a folder below. */
  claimgen(args: string, at?: { readonly cwd?: string; readonly stdin?: string }): Promise<Finished>;
}

/** @param atEnd registers what removes the folder: at the end of the test by default, and of the file by `afterAll` */
export function projectFolder(
  files: Readonly<Record<string, string | undefined>>,
  atEnd: (remove: () => void) => void = onTestFinished,
): ProjectFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'claimgen-test-')));
  atEnd(() => rmSync(path, { recursive: true, force: true }));
  const folder: ProjectFolder = {
    path,
    write(more) {
      for (const [name, text] of Object.entries(more)) {
        const file = join(path, name);
        mkdirSync(text === undefined ? file : dirname(file), { recursive: true });
        if (text !== undefined) writeFileSync(file, text);
      }
    },
    read: (name) => readFileSync(join(path, name), 'utf8'),
    remove: (name) => rmSync(join(path, name)),
    snapshot: () => snapshotOf(path),
    claimgen: (args, { cwd = '.', stdin = '' } = {}) =>
      runClaimgen(splitArguments(args), join(path, cwd), stdin),
  };
  folder.write(files);
  return folder;
}

/** Every file's text below a folder by its path, and undefined for every folder; git's own are left out. */
export function snapshotOf(folder: string): ReadonlyMap<string, string | undefined> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .map((entry): [string, string | undefined] => {
        const path = join(entry.parentPath, entry.name);
        return [path.slice(folder.length + 1), entry.isFile() ? readFileSync(path, 'utf8') : undefined];
      })
      .filter(([path]) => !path.startsWith('.git/'))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

async function runClaimgen(args: readonly string[], cwd: string, stdin: string): Promise<Finished> {
  let out = '';
  let error = '';
  const exitCode = await run({
    args,
    cwd,
    version: '0.0.0-test',
    readStdin: async () => stdin,
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
  });
  assertJsonOutput(args, exitCode, out);
  return { exitCode, out, error };
}

/** Words as a shell splits them, with single quotes. */
function splitArguments(line: string): string[] {
  return (line.match(/'[^']*'|[^\s']+/g) ?? []).map((word) => word.replace(/^'(.*)'$/s, '$1'));
}
