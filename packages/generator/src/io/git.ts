// The one module that runs git.
import { spawnSync } from 'node:child_process';
import { InputError } from '../errors.ts';
import { explainGitFailure } from './git-failure.ts';

/** Variables in addition to those of the process; undefined removes one. */
export type Variables = Readonly<Record<string, string | undefined>>;

interface GitOptions {
  readonly input?: string;
  readonly env?: Variables;
  /** latin1 keeps every byte as a character. */
  readonly encoding?: 'utf8' | 'latin1';
}

/** Catalogs are read whole; a list of a large repository's files is larger than any of them. */
const MAX_OUTPUT = 1 << 29;

/** git's messages are told apart by their text, it may not wait for a password, and nothing is fetched but what is asked for. */
const ENVIRONMENT = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_LFS_SKIP_SMUDGE: '1',
};

/**
 * What git prints.
 * @throws InputError with git's own reason
 */
export function git(folder: string, args: readonly string[], options: GitOptions = {}): string {
  const { status, stdout, stderr } = start(folder, args, options);
  if (status !== 0) throw new InputError([explainGitFailure(args, stderr)]);
  return stdout;
}

/**
 * The answer to a question that git may answer with no.
 * @returns undefined for no: exit code 1
 * @throws InputError with git's own reason
 */
export function askGit(
  folder: string,
  args: readonly string[],
  options: GitOptions = {},
): string | undefined {
  const { status, stdout, stderr } = start(folder, args, options);
  if (status === 0) return stdout;
  if (status === 1 && stderr.trim() === '') return undefined;
  throw new InputError([explainGitFailure(args, stderr)]);
}

function start(
  folder: string,
  args: readonly string[],
  { input = '', env = {}, encoding = 'utf8' }: GitOptions,
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const done = spawnSync('git', args, {
    cwd: folder,
    input,
    encoding,
    maxBuffer: MAX_OUTPUT,
    env: { ...process.env, ...ENVIRONMENT, ...env },
  });
  if (done.error === undefined) return done;
  const code = 'code' in done.error ? done.error.code : undefined;
  if (code !== 'ENOENT') return { status: null, stdout: '', stderr: done.error.message };
  throw new InputError([
    {
      code: 'git_failed',
      message: 'git is not installed, or not on the PATH',
      fix: 'Install git where claimgen runs.',
    },
  ]);
}
