/** How far a receiver that asks has read: kept where it survives a restart. */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';

export interface Cursor {
  /** Undefined where nothing is known: everything may have happened. */
  load(): Promise<string | undefined>;
  /** An empty position is none. */
  save(position: string): Promise<void>;
}

/** A cursor in a file, which is replaced whole. */
export function fileCursor(path: string): Cursor {
  return {
    async load() {
      try {
        return (await readFile(path, 'utf8')).trim() || undefined;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async save(position) {
      const draft = `${path}.${randomUUID()}`;
      try {
        await writeFile(draft, `${position}\n`);
        await rename(draft, path);
      } catch (error) {
        // It is tried again and again: a draft for each try would fill the disk.
        await rm(draft, { force: true }).catch(() => undefined);
        throw error;
      }
    },
  };
}
