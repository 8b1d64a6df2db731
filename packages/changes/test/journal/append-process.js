// Appends records to a journal one after the other, and tells the number of each that was acknowledged:
// node append-process.js <folder> <writer> [compactAt]
import { writeSync } from 'node:fs';
import { openJournal } from '@claimgen/changes';

const [, , folder, writer, compactAt] = process.argv;
const log = openJournal(folder, { ...(compactAt && { compactAt: Number(compactAt) }) });
for (let number = 0; ; number += 1) {
  await log.append([{ v: 1, at: Date.now(), sub: `${writer}-${number}`, lost: ['orders:refund'] }]);
  // Nothing may be on its way when the process is killed.
  writeSync(1, `${writer}-${number}\n`);
}
