/** Hearing of changes in a journal's folder sooner than by looking. */
import { type FSWatcher, watch } from 'node:fs';

/** Undefined where the system watches no more: of Linux a user has 128 instances, and the file is looked at all the same. */
export function watchFolder(folder: string, changed: () => void): FSWatcher | undefined {
  try {
    return watch(folder, { persistent: false }, changed).on('error', () => {});
  } catch {
    return undefined;
  }
}
