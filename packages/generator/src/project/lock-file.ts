import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { InputError } from '../errors.ts';
import { isFolder, listFolder, readText, readTextIfPresent } from '../io/files.ts';
import { type AudienceLayout, nameInIds } from '../layout/layout.ts';
import { type Lock, readLock } from '../layout/lock.ts';
import { layoutOfVerifier } from '../verifier-module/verifier-layout.ts';

/** What every layout in a verifier's `.json` has in it. */
const LAYOUT_MARK = '"format": "claimgen-layout-1"';

/**
 * Reads the lock. Where a verifier is there whose layout the lock does not hold, a build would lay its permissions out
 * afresh, and what is deployed would not understand the claims.
 * @param verifiers the folder of the verifier modules
 * @param restore takes such layouts from the verifiers
 * @throws InputError
 */
export function loadLock(file: string, verifiers: string, config: Config, restore: boolean): Lock {
  const text = readTextIfPresent(file);
  const lock: Lock = text === undefined ? new Map() : readLock(file, text);
  const present = new Set(listFolder(verifiers));
  // What an audience that was renamed left behind is not lost.
  const moved = new Set([...lock.values()].flatMap(({ previously }) => previously ?? []));
  const ofConfig = config.audiences.flatMap(({ name, previously }) => {
    const keys = [name, ...previously];
    if (keys.some((key) => lock.has(key) || moved.has(key))) return [];
    const files = keys.filter((key) => present.has(`${key}.json`));
    // A file that somebody else gave the same name tells nothing of a lock.
    return files.find((key) => restore || holdsLayout(join(verifiers, `${key}.json`))) ?? [];
  });
  // Without any lock, a verifier under another key may be that of an audience that was renamed.
  const others = text === undefined ? otherVerifiers(verifiers, [...present], ofConfig) : [];
  const lost = [...ofConfig, ...others];
  if (restore) {
    if (lost.length === 0 && text === undefined) throw nothingToRestore(verifiers);
    return restoreLayouts(lock, verifiers, lost);
  }
  if (lost.length === 0) return lock;
  throw new InputError([
    {
      code: 'lock_lost',
      file,
      message:
        text === undefined
          ? 'the lock is missing, and the verifiers that were built with it are there'
          : `the lock has no layout of ${lost.join(', ')}, and the verifiers that were built with one are there`,
      fix: 'Restore it from git, or from the verifiers with claimgen build --restore-lock; without it, permissions would change places.',
    },
  ]);
}

/** The names of further files in the folder of verifiers that hold a layout. */
function otherVerifiers(folder: string, files: readonly string[], known: readonly string[]): string[] {
  return files
    .filter((file) => file.endsWith('.json') && !isFolder(join(folder, file)))
    .filter((file) => holdsLayout(join(folder, file)))
    .map((file) => file.slice(0, -'.json'.length))
    .filter((name) => !known.includes(name));
}

/** Whether a file is a verifier's layout, broken ones included. */
function holdsLayout(file: string): boolean {
  return (readTextIfPresent(file) ?? '').includes(LAYOUT_MARK);
}

/** Of an audience that was renamed, both files may be there: the first that is named counts. */
function restoreLayouts(lock: Lock, folder: string, names: readonly string[]): Lock {
  const restored = new Map(lock);
  const taken = new Set([...lock].map(([name, layout]) => nameInIds(name, layout)));
  for (const name of names) {
    const [, layout] = restoreLayout(join(folder, `${name}.json`), name);
    const inIds = nameInIds(name, layout);
    if (!taken.has(inIds)) restored.set(name, layout);
    taken.add(inIds);
  }
  return restored;
}

function restoreLayout(file: string, name: string): [string, AudienceLayout] {
  const restored = layoutOfVerifier(file, readText(file));
  if (restored.name === name) return [name, restored.layout];
  throw new InputError([
    {
      code: 'lock_invalid',
      file,
      message: `this is the layout of ${restored.name}, and the file is named after ${name}`,
      fix: 'Give the audience its former name again, or delete the file to give it a new layout.',
    },
  ]);
}

function nothingToRestore(folder: string): InputError {
  return new InputError([
    {
      code: 'lock_lost',
      file: folder,
      message: 'no verifier of this config is here to rebuild the lock from',
      fix: "Copy the verifiers' .json files of a deployed API here, or leave --restore-lock out to begin a new layout.",
    },
  ]);
}
