// Files of a commit, written to disk for what reads files.
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { InputError } from '../errors.ts';
import { type Commit, pathsWithin, pathWithin } from './commit.ts';
import { type Located, openCommit } from './commit-tree.ts';
import { git } from './git.ts';
import { replacePointers } from './lfs.ts';
import type { Repository } from './repository.ts';

export interface CommitFiles {
  /** Where the commit has a file that an absolute path of the checkout names, relative to the root; undefined where it has none. */
  pathOfFile(path: string): string | undefined;
  /**
   * Writes what the commit has at absolute paths of the checkout, with what links lead to in their place: of a folder its members and theirs.
   * @returns where to read each of them: below the folder of these files, or elsewhere for what is outside of the repository
   * @throws InputError
   */
  write(paths: readonly string[]): ReadonlyMap<string, string>;
  /** As `write`, but what git does not keep (an export that CI makes) is read as it is now. */
  writeOrNow(paths: readonly string[]): ReadonlyMap<string, string>;
  /** What is not read from the commit, but as it is now; relative to the repository's root. */
  readAsNow(): readonly string[];
}

/** How deep a folder is written: no reader of a catalog looks deeper than `roles/Clerk.json`. */
const DEPTH = 2;

/** More files than a tenant can have; links could make any number of a few. */
const MAX_FILES = 200_000;

/** A blob, and the path that it goes to. */
interface Blob {
  readonly mode: string;
  readonly id: string;
  readonly path: string;
}

/** What is to be written. */
interface Copy {
  readonly blobs: Map<Repository, Map<string, Blob>>;
  /** What links lead to that git has no content of, by their paths. */
  readonly links: Map<string, string>;
}

/**
 * Opens a commit's files.
 * @param folder an empty folder, in which they lie as in the checkout
 */
export function openCommitFiles(commit: Commit, folder: string): CommitFiles {
  const root = commit.repository.folder;
  const tree = openCommit(commit);
  const asNow = new Set<string>();

  /** A link that no commit has may lead to what one has: then the path that it leads to counts. */
  const find = (path: string): { readonly inside: string; readonly found: Located } => {
    const candidates = pathsWithin(root, path).map((inside) => ({ inside, found: tree.locate(inside) }));
    return (
      candidates.find(({ found }) => found.kind !== 'missing') ??
      candidates[0] ?? {
        inside: relative(root, path).replaceAll('\\', '/'),
        found: { kind: 'outside', path },
      }
    );
  };

  const write = (paths: readonly string[], canBeNow: boolean) => {
    const copy: Copy = { blobs: new Map(), links: new Map() };
    const places = paths.map((path): [string, string] => {
      const { inside, found } = find(path);
      if (
        found.kind === 'outside' ||
        (canBeNow && found.kind === 'missing' && isUntracked(commit.repository, path))
      ) {
        asNow.add(inside);
        return [path, found.kind === 'outside' ? found.path : path];
      }
      collect(found, inside, 0, copy);
      return [path, join(folder, inside)];
    });
    for (const [repository, blobs] of copy.blobs) checkOut(repository, [...blobs.values()], folder);
    for (const [path, target] of copy.links) link(join(folder, path), target);
    return new Map(places);
  };

  const collect = (found: Located, path: string, depth: number, copy: Copy): void => {
    switch (found.kind) {
      case 'file': {
        const own = copy.blobs.get(found.repository) ?? new Map<string, Blob>();
        copy.blobs.set(found.repository, own.set(path, { mode: found.mode, id: found.id, path }));
        if (own.size > MAX_FILES) throw tooManyFiles(path);
        return;
      }
      case 'folder':
        if (depth === DEPTH) return;
        for (const name of tree.membersOf(found).keys()) {
          const below = path === '' ? name : `${path}/${name}`;
          collect(tree.locate(below), below, depth + 1, copy);
        }
        return;
      case 'outside':
        asNow.add(path);
        copy.links.set(path, found.path);
        return;
      case 'missing':
        // Reading it fails as in a checkout; who does not read it is not bothered.
        copy.links.set(path, join(folder, '.missing'));
    }
  };

  return {
    pathOfFile: (path) => {
      const { inside, found } = find(path);
      return found.kind === 'file' ? inside : undefined;
    },
    write: (paths) => write(paths, false),
    writeOrNow: (paths) => write(paths, true),
    readAsNow: () => [...asNow].sort(),
  };
}

/** Whether something is at a path now that git does not keep. */
function isUntracked({ folder, env }: Repository, path: string): boolean {
  if (!existsSync(path)) return false;
  return git(folder, ['ls-files', '-z', '--', pathWithin(folder, path) ?? path], { env }) === '';
}

function tooManyFiles(path: string): InputError {
  return new InputError([
    {
      code: 'catalog_invalid',
      message: `there are more than ${MAX_FILES} files here, ${path} among them`,
      fix: 'Point "catalog" to the folder of the export itself.',
    },
  ]);
}

function link(path: string, target: string): void {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

function checkOut(repository: Repository, blobs: readonly Blob[], folder: string): void {
  if (blobs.length === 0) return;
  mkdirSync(folder, { recursive: true });
  // An index of its own: the one that people stage in stays as it is.
  const env = { ...repository.env, GIT_INDEX_FILE: join(folder, '.index') };
  const input = blobs.map(({ mode, id, path }) => `${mode} ${id} 0\t${path}\0`).join('');
  git(repository.folder, ['update-index', '-z', '--index-info'], { input, env });
  git(repository.folder, ['checkout-index', '--all', '--force', `--prefix=${folder}/`], { env });
  rmSync(join(folder, '.index'));
  replacePointers(
    repository,
    blobs.map(({ path }) => join(folder, path)),
  );
}

/** Writes all of a commit, as a checkout would: links as links, submodules as empty folders. */
export function writeCommit({ repository, hash }: Commit, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const env = { ...repository.env, GIT_INDEX_FILE: join(folder, '..', '.index') };
  git(repository.folder, ['read-tree', hash], { env });
  git(repository.folder, ['checkout-index', '--all', `--prefix=${folder}/`], { env });
}

/** The folders of a commit, relative to the root, which is among them. */
export function foldersOf({ repository: { folder, env }, hash }: Commit): string[] {
  const text = git(folder, ['ls-tree', '-r', '-d', '-z', '--name-only', '--full-tree', hash], { env });
  return ['', ...text.split('\0').filter((path) => path !== '')];
}
