// Git LFS: what git keeps of a large file is a pointer to its content (github.com/git-lfs/git-lfs, docs/spec.md).
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { askGit, git } from './git.ts';
import type { Repository } from './repository.ts';

/** Pointers are shorter than this (docs/spec.md, "The Pointer"). */
const MAX_POINTER_BYTES = 1024;

const POINTER = /^version https:\/\/(?:git-lfs\.github\.com|hawser\.github\.com)\/spec\/v1\n/;

/** Whether a file's text is a pointer to the file. */
export function isPointer(text: string): boolean {
  return text.length < MAX_POINTER_BYTES && POINTER.test(text);
}

/** Puts the content in place of each pointer, as far as this clone has it; other files stay as they are. */
export function replacePointers(repository: Repository, paths: readonly string[]): void {
  let storage: string | undefined;
  for (const path of paths) {
    if (!existsSync(path) || statSync(path).size >= MAX_POINTER_BYTES) continue;
    const text = readFileSync(path, 'utf8');
    const hash = isPointer(text) ? /^oid sha256:([0-9a-f]{64})$/m.exec(text)?.[1] : undefined;
    if (hash === undefined) continue;
    storage ??= storageOf(repository);
    const object = join(storage, 'objects', hash.slice(0, 2), hash.slice(2, 4), hash);
    const content = existsSync(object) ? readFileSync(object) : undefined;
    if (content === undefined || createHash('sha256').update(content).digest('hex') !== hash) continue;
    writeFileSync(path, content);
  }
}

/** `lfs.storage`, relative to the git directory; `lfs` there by default (git-lfs-config). */
function storageOf({ folder, env }: Repository): string {
  const shared = git(folder, ['rev-parse', '--git-common-dir'], { env }).replace(/\r?\n$/, '');
  const configured = askGit(folder, ['config', 'lfs.storage'], { env })?.replace(/\r?\n$/, '') || 'lfs';
  return isAbsolute(configured) ? configured : join(resolve(folder, shared), configured);
}
