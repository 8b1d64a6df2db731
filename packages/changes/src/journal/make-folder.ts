/**
 * Makes the folder of a journal and what is missing above it. Node's own recursive mkdir goes on for ever where the system says of a
 * new folder that there is none, as it does in /proc on Linux.
 */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Throws the system's error where it can't be made. */
export function makeFolder(folder: string): void {
  if (isThere(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have been faster.
    if (!isThere(folder)) throw error;
  }
}

/** The root of a drive that is missing is left to the system. */
function isThere(folder: string): boolean {
  return folder === dirname(folder) || statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
}
