import { join, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { InputError } from '../errors.ts';
import { listFolder, readText, readTextIfPresent } from '../io/files.ts';
import type { AudienceLayout } from '../layout/layout.ts';
import { type Lock, readLock } from '../layout/lock.ts';
import { LOCK_FILE } from '../pipeline.ts';
import { layoutOfVerifier } from '../verifier-module/verifier-layout.ts';

/**
 * Reads the lock beside the config. Where a verifier is there whose layout the lock does not hold, a build would lay its permissions out
 * anew, and what is deployed would not understand the claims.
 * @param restore takes such layouts from the verifiers
 * @throws InputError
 */
export function loadLock(folder: string, config: Config, restore: boolean): Lock {
  const file = join(folder, LOCK_FILE);
  const text = readTextIfPresent(file);
  const lock: Lock = text === undefined ? new Map() : readLock(file, text);
  const verifiers = resolve(folder, config.out.verifier);
  const present = new Set(listFolder(verifiers));
  const lost = config.audiences
    .map(({ name }) => name)
    .filter((name) => present.has(`${name}.json`) && !lock.has(name));
  if (restore) {
    if (lost.length === 0 && text === undefined) throw nothingToRestore(verifiers);
    return new Map([...lock, ...lost.map((name) => restoreLayout(join(verifiers, `${name}.json`), name))]);
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
      mend: 'Restore it from git, or from the verifiers with claimgen build --restore-lock; without it, permissions would change places.',
    },
  ]);
}

function restoreLayout(file: string, name: string): [string, AudienceLayout] {
  const restored = layoutOfVerifier(file, readText(file));
  if (restored.name === name) return [name, restored.layout];
  throw new InputError([
    {
      code: 'lock_invalid',
      file,
      message: `this is the layout of ${restored.name}, and the file is named after ${name}`,
      mend: 'Give the audience its former name again, or delete the file to lay its permissions out anew.',
    },
  ]);
}

function nothingToRestore(folder: string): InputError {
  return new InputError([
    {
      code: 'lock_lost',
      file: folder,
      message: 'no verifier of this config is here to rebuild the lock from',
      mend: "Copy the verifiers' .json files of a deployed API here, or leave --restore-lock out to begin anew.",
    },
  ]);
}
