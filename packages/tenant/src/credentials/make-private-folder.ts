// Makes a folder that only its owner reads, and what is missing above it. Node's own recursive mkdir goes on for ever where the system says of a new
// folder that there is none, as it does in /proc on Linux.
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** @throws the system's error */
export async function makePrivateFolder(folder: string): Promise<void> {
  if (await isThere(folder)) return;
  await makePrivateFolder(dirname(folder));
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster.
    if (!(await isThere(folder))) throw error;
  }
}

/** The root of a drive that is missing is left to the system. */
async function isThere(folder: string): Promise<boolean> {
  if (folder === dirname(folder)) return true;
  const found = await stat(folder).catch(() => undefined);
  return found?.isDirectory() === true;
}
