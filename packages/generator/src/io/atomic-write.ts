// Writing a file so that a crash leaves its old text or its new one. The library is loaded where a file is written: a check writes none.
import { createRequire } from 'node:module';

/** Writes a whole file in one step, as others see it. */
export function writeAtomically(path: string, text: string): void {
  const library: typeof import('write-file-atomic') = createRequire(import.meta.url)('write-file-atomic');
  library.sync(path, text);
}
