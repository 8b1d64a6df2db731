import { type FSWatcher, watch } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { watchFiles } from '../../src/io/watch-files.ts';

vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  watch: vi.fn(),
}));

it('files that the system does not watch are a problem with a fix, and those before are watched no longer', () => {
  const first = { on: vi.fn(), close: vi.fn() };
  vi.mocked(watch)
    .mockReturnValueOnce(first as unknown as FSWatcher)
    .mockImplementation(() => {
      throw Object.assign(new Error('EMFILE: too many open files, watch'), { code: 'EMFILE' });
    });
  const [one, two] = [import.meta.filename, `${import.meta.filename}.other`];
  expect(() => watchFiles([one, two], () => {})).toThrow(InputError);
  expect(() => watchFiles([one, two], () => {})).toThrow(/watches no more files \(EMFILE\)\n {2}End other/);
  expect(first.close).toHaveBeenCalledTimes(1);
});
