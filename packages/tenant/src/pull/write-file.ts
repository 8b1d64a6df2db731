// Writes a file whole or not at all, from pieces: to a new file beside it, which then takes its name.
import { open, rename, rm } from 'node:fs/promises';
import { TenantError } from '../errors.ts';

/** Characters that are collected before they are written. */
const BATCH = 1 << 20;

/**
 * Writes the pieces to a file. Until all of them are on the disk, what was there stays.
 * @throws TenantError `file_unwritable`
 */
export async function writeWhole(file: string, pieces: Iterable<string>): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, 'w');
    try {
      let batch = '';
      for (const piece of pieces) {
        batch += piece;
        if (batch.length < BATCH) continue;
        await handle.writeFile(batch);
        batch = '';
      }
      await handle.writeFile(batch);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const { code = 'unknown error' } = Object(error) as { readonly code?: string };
    throw new TenantError(
      'file_unwritable',
      `${file} can't be written (${code})`,
      'Make room, or choose another place; what was there is as before.',
    );
  }
}
