// Commits of the repository that a folder lies in.
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { InputError } from '../errors.ts';
import { askGit, git } from './git.ts';
import { openRepository, type Repository } from './repository.ts';

/** A commit, and the checkout whose repository has it. */
export interface Commit {
  readonly repository: Repository;
  readonly hash: string;
}

/**
 * Finds a commit.
 * @param ref a branch, a tag, a hash or what else git takes
 * @throws InputError
 */
export function findCommit(folder: string, ref: string): Commit {
  const repository = openRepository(folder);
  const hash = revision(repository, `${ref}^{commit}`);
  if (hash !== undefined) return { repository, hash };
  throw new InputError([
    {
      code: 'git_failed',
      message: `git knows no commit ${JSON.stringify(ref)}`,
      fix: 'Fetch it first (git fetch origin <branch>; in GitHub Actions, actions/checkout with fetch-depth: 0).',
    },
  ]);
}

/** How a checkout's history stands to a commit. */
export interface Relation {
  /** Whether the checkout's history holds the commit; undefined where a shallow clone can't tell. */
  readonly holds: boolean | undefined;
  /** The commit at which the two parted; undefined where there is none, or where git can't tell. */
  readonly parted: Commit | undefined;
}

/** Compares the checked-out commit with another one; a merge that is under way counts as made. */
export function relationTo({ repository, hash }: Commit): Relation {
  const { folder, env } = repository;
  const heads = ['HEAD', 'MERGE_HEAD'].flatMap((name) => revision(repository, name) ?? []);
  const isIn = (head: string) =>
    askGit(folder, ['merge-base', '--is-ancestor', hash, head], { env }) !== undefined;
  if (heads.some(isIn)) return { holds: true, parted: undefined };
  const [head] = heads;
  const parted = head === undefined ? undefined : askGit(folder, ['merge-base', hash, head], { env })?.trim();
  if (parted !== undefined) return { holds: false, parted: { repository, hash: parted } };
  const isShallow = git(folder, ['rev-parse', '--is-shallow-repository'], { env }).trim() === 'true';
  return { holds: isShallow ? undefined : false, parted: undefined };
}

/** The hash that a name stands for. */
function revision({ folder, env }: Repository, name: string): string | undefined {
  return askGit(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', name], { env })?.trim();
}

/** A path as seen from a folder, with slashes; undefined outside of it. The folder is a real path; the other may lead through links. */
export function pathWithin(folder: string, path: string): string | undefined {
  return pathsWithin(folder, path)[0];
}

/** The same as it is written, and where its links lead now. */
export function pathsWithin(folder: string, path: string): string[] {
  const within = [path, realPath(path)]
    .map((candidate) => relative(folder, candidate))
    .filter((found) => found !== '..' && !/^\.\.[\\/]/.test(found) && !isAbsolute(found))
    .map((found) => found.replaceAll('\\', '/'));
  return [...new Set(within)];
}

/** The real path of a file that may be missing: what is there of its folders decides. */
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : join(realPath(parent), basename(path));
}
