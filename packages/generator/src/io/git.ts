// The one module that runs git.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { InputError } from '../errors.ts';

/** A commit of the repository that a folder lies in. */
export interface Commit {
  /** The repository's root folder. */
  readonly root: string;
  /** The folder's path below the root, ending in a slash, or empty. */
  readonly prefix: string;
  readonly hash: string;
}

/**
 * Finds a commit.
 * @param ref a branch, a tag, a hash or what else git takes
 * @throws InputError
 */
export function findCommit(folder: string, ref: string): Commit {
  const root = git(folder, ['rev-parse', '--show-toplevel'])?.trimEnd();
  if (root === undefined) {
    throw gitError('this folder is in no git repository', 'Run it in the checkout, or install git.');
  }
  const hash = git(folder, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${ref}^{commit}`,
  ])?.trim();
  if (hash === undefined) {
    throw gitError(
      `git knows no commit ${JSON.stringify(ref)}`,
      'Fetch it first (git fetch origin <branch>; in GitHub Actions, actions/checkout with fetch-depth: 0).',
    );
  }
  const prefix = git(folder, ['rev-parse', '--show-prefix'])?.trimEnd() ?? '';
  return { root, prefix, hash };
}

/** The paths of a commit's files at or below the given ones; all are relative to the root, with slashes; `.` is the root. */
export function listFiles({ root, hash }: Commit, paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  const all = paths.includes('.');
  const text = git(root, [
    'ls-tree',
    '-r',
    '-z',
    '--name-only',
    '--full-tree',
    hash,
    '--',
    ...(all ? [] : paths),
  ]);
  if (text === undefined) throw gitError(`git can't list the files of ${hash}`, 'Run git fsck.');
  return text.split('\0').filter((path) => path !== '');
}

/**
 * Writes files of a commit below a folder, as a checkout would.
 * @param paths as listFiles gives them
 */
export function extractFiles({ root, hash }: Commit, paths: readonly string[], folder: string): void {
  if (paths.length === 0) return;
  // An index of its own: the one that people stage in stays as it is.
  const env = { GIT_INDEX_FILE: join(folder, '.claimgen-index') };
  git(root, ['read-tree', hash], '', env);
  const done = git(root, ['checkout-index', '-z', '--stdin', `--prefix=${folder}/`], paths.join('\0'), env);
  if (done === undefined) throw gitError(`git can't write files of ${hash}`, 'Run git fsck.');
}

/** What git prints, or undefined where it fails. */
function git(
  cwd: string,
  args: readonly string[],
  input = '',
  env: Readonly<Record<string, string>> = {},
): string | undefined {
  try {
    return execFileSync('git', args, {
      cwd,
      input,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, ...env },
    });
  } catch {
    return undefined;
  }
}

function gitError(message: string, mend: string): InputError {
  return new InputError([{ code: 'git_failed', message, mend }]);
}
