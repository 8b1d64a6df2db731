// The host process as one file on the real file system, which any Node can run.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface HostFile {
  readonly path: string;
  remove(): void;
}

/**
 * Writes the bundled host into a folder of its own. Where this package lies may be no place for another Node: Yarn's Plug'n'Play keeps
 * packages in archives, which only a process that Yarn has started can read.
 */
export function writeHostFile(): HostFile {
  const text = readFileSync(new URL('./host-process.bundle.js', import.meta.url), 'utf8');
  const folder = mkdtempSync(join(tmpdir(), 'claimgen-host-'));
  const path = join(folder, 'host-process.mjs');
  writeFileSync(path, text);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
