// Gives tests temporary folders in memory where the machine has room for them: every file that claimgen writes is synced to the disk,
// and hundreds of builds would wait for nothing but that.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

const MEMORY = '/dev/shm';
const PREFIX = 'claimgen-tests-';
/** Bytes; a whole run leaves some hundred megabytes behind at most. */
const ROOM = 2 ** 30;

/** For vitest: what is returned runs when the tests have. */
export default function setup({ config }: TestProject): (() => void) | undefined {
  const folder = memoryFolder();
  if (folder === undefined) return;
  // The project's workers start with this environment, and os.tmpdir() reads it. End-to-end tests install packages: those stay on the disk.
  config.env = { ...config.env, TMPDIR: folder };
  return () => rmSync(folder, { recursive: true, force: true });
}

/** A new folder in memory; undefined where there is none, too little room, or programs may not run from there. */
function memoryFolder(): string | undefined {
  let folder: string | undefined;
  try {
    removeAbandoned();
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize < ROOM) return;
    folder = mkdtempSync(join(MEMORY, `${PREFIX}${process.pid}-`));
    const program = join(folder, 'program');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
    execFileSync(program);
    return folder;
  } catch {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    return;
  }
}

/** Folders of runs that were killed. */
function removeAbandoned(): void {
  for (const name of readdirSync(MEMORY)) {
    const pid = /^\d+(?=-)/.exec(name.slice(PREFIX.length))?.[0];
    if (name.startsWith(PREFIX) && pid !== undefined && !isRunning(Number(pid)))
      rmSync(join(MEMORY, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
