/** The step from a sealed file of a journal to the next one. Any process can take it, and any number of them at once. */
import { randomUUID } from 'node:crypto';
import { prune } from '../prune.ts';
import { addFile, removeFiles } from './files.ts';
import type { JournalLine } from './line.ts';
import { encodeLine } from './line.ts';
import { OpenFile } from './open-file.ts';

/** Records in one line. */
const BATCH = 100;

/** What of a file counts: everything before the seal, and where that ends. */
export async function readRecords(file: OpenFile): Promise<{ records: unknown[]; end: number }> {
  const records: unknown[] = [];
  let end = file.headerEnd;
  for await (const placed of file.lines()) {
    if ('sealed' in placed.line) break;
    if ('records' in placed.line) records.push(...placed.line.records);
    end = placed.end;
  }
  return { records, end };
}

/**
 * Makes the file after `number`, which is sealed, unless it is there. `oldest`: ms since 1970, what is older is forgotten.
 * `horizon`: ms since 1970, at least that of the new file.
 */
export async function compact(folder: string, number: number, oldest: number, horizon = 0): Promise<void> {
  const file = await OpenFile.open(folder, number, 'read');
  // Somebody took the step, and those after it, before.
  if (file === undefined) return;
  try {
    const pruned = prune((await readRecords(file)).records, oldest, Math.max(file.horizon, horizon));
    await addFile(folder, number + 1, fileLines(pruned.records, pruned.horizon));
    await removeFiles(folder, number + 1);
  } finally {
    await file.close();
  }
}

export function fileLines(records: readonly unknown[], horizon: number): JournalLine[] {
  const lines: JournalLine[] = [];
  for (let start = 0; start < records.length; start += BATCH) {
    lines.push({ records: records.slice(start, start + BATCH) });
  }
  const size = lines.reduce((sum, line) => sum + encodeLine(line).length, 0);
  return [{ journal: 1, epoch: randomUUID(), horizon, size }, ...lines];
}
