import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { expect, it, onTestFinished } from 'vitest';
import { watchFiles } from '../../src/io/watch-files.ts';

it('files that the system does not watch are a problem with a fix, and those before are watched no longer', async () => {
  const { watch } = fs;
  const set = (own: typeof watch): void => {
    fs.watch = own;
    syncBuiltinESMExports();
  };
  onTestFinished(() => set(watch));
  let [watched, closed] = [0, 0];
  set(((...call: Parameters<typeof watch>) => {
    if (watched > 0) throw Object.assign(new Error('EMFILE: too many open files, watch'), { code: 'EMFILE' });
    watched++;
    return watch(...call).on('close', () => closed++);
  }) as typeof watch);
  const paths = [import.meta.filename, `${import.meta.filename}.other`];
  expect(() => watchFiles(paths, () => {})).toThrow(
    'the system watches no more files (EMFILE)\n  End other programs that watch files',
  );
  await expect.poll(() => closed).toBe(1);
});
