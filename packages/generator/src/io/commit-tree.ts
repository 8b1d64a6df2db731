// What lies at a path of a commit: through links as a file system follows them, and through submodules at the commit that they are recorded with.
import { isAbsolute, posix } from 'node:path';
import { type Commit, pathWithin } from './commit.ts';
import { git } from './git.ts';
import { openSubmodule, type Repository } from './repository.ts';

/** A folder of a commit. */
export interface Folder {
  /** That of the commit, or a submodule's. */
  readonly repository: Repository;
  /** A tree, or a commit for its root. */
  readonly tree: string;
}

/** What git records of a folder's member. */
export type Member =
  | { readonly kind: 'file'; readonly mode: string; readonly id: string }
  | { readonly kind: 'folder'; readonly id: string }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'submodule'; readonly id: string };

export type Located =
  | { readonly kind: 'file'; readonly repository: Repository; readonly mode: string; readonly id: string }
  | ({ readonly kind: 'folder' } & Folder)
  | { readonly kind: 'missing' }
  /** A link leads out of the repository. */
  | { readonly kind: 'outside'; readonly path: string };

export interface CommitTree {
  /**
   * Finds what a path names.
   * @param path relative to the repository's root, with slashes
   * @throws InputError for a submodule that is not checked out
   */
  locate(path: string): Located;
  membersOf(folder: Folder): ReadonlyMap<string, Member>;
}

/** As many links as Linux follows before it takes them for a circle. */
const MAX_LINKS = 40;

export function openCommit({ repository, hash }: Commit): CommitTree {
  const root = repository.folder;
  const top: Folder = { repository, tree: hash };
  const known = new Map<string, ReadonlyMap<string, Member>>();
  const submodules = new Map<string, Folder>();
  const membersOf = (folder: Folder) => {
    const key = `${folder.repository.folder}\0${folder.tree}`;
    const members = known.get(key) ?? readMembers(folder);
    known.set(key, members);
    return members;
  };

  const locate = (path: string, links: number): Located => {
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    const walked: { readonly name: string; readonly folder: Folder }[] = [];
    const here = () => walked.at(-1)?.folder ?? top;
    const names = () => walked.map(({ name }) => name);
    for (const [index, part] of parts.entries()) {
      const rest = parts.slice(index + 1);
      if (part === '..') {
        if (walked.pop() === undefined) return absolute(posix.join(root, '..', ...rest), links + 1);
        continue;
      }
      const member = membersOf(here()).get(part);
      switch (member?.kind) {
        case undefined:
          return { kind: 'missing' };
        case 'file':
          return rest.length > 0 ? { kind: 'missing' } : { ...member, repository: here().repository };
        case 'link':
          if (links >= MAX_LINKS) return { kind: 'missing' };
          if (isAbsolute(member.target)) return absolute(posix.join(member.target, ...rest), links + 1);
          return locate([...names(), member.target, ...rest].join('/'), links + 1);
        case 'folder':
          walked.push({ name: part, folder: { repository: here().repository, tree: member.id } });
          break;
        case 'submodule':
          walked.push({ name: part, folder: submodule([...names(), part].join('/'), member.id) });
          break;
      }
    }
    return { kind: 'folder', ...here() };
  };

  const submodule = (path: string, commit: string): Folder => {
    const opened = submodules.get(path) ?? openSubmodule(root, path, commit);
    submodules.set(path, opened);
    return opened;
  };

  const absolute = (path: string, links: number): Located => {
    const inside = pathWithin(root, path);
    return inside === undefined ? { kind: 'outside', path } : locate(inside, links);
  };

  return { locate: (path) => locate(path, 0), membersOf };
}

function readMembers({ repository: { folder, env }, tree }: Folder): ReadonlyMap<string, Member> {
  const text = git(folder, ['ls-tree', '-z', '--full-tree', tree], { env });
  const lines = [...text.matchAll(/(\d+) \w+ ([0-9a-f]+)\t([^\0]+)\0/g)].map(
    ([, mode = '', id = '', name = '']) => ({ mode, id, name }),
  );
  const targets = readLinks(
    { folder, env },
    lines.filter(({ mode }) => mode === '120000').map(({ id }) => id),
  );
  return new Map(
    lines.map(({ mode, id, name }): [string, Member] => {
      if (mode === '120000') return [name, { kind: 'link', target: targets.get(id) ?? '' }];
      if (mode === '160000') return [name, { kind: 'submodule', id }];
      return [name, mode === '040000' ? { kind: 'folder', id } : { kind: 'file', mode, id }];
    }),
  );
}

/** Where links lead, by the ids of their blobs. */
function readLinks({ folder, env }: Repository, ids: readonly string[]): ReadonlyMap<string, string> {
  if (ids.length === 0) return new Map();
  const input = ids.map((id) => `${id}\n`).join('');
  const text = git(folder, ['cat-file', '--batch'], { input, env, encoding: 'latin1' });
  const targets = new Map<string, string>();
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const [id = '', , size] = text.slice(at, end).split(' ');
    const bytes = text.slice(end + 1, end + 1 + Number(size));
    targets.set(id, Buffer.from(bytes, 'latin1').toString('utf8'));
    at = end + 2 + Number(size);
  }
  return targets;
}
