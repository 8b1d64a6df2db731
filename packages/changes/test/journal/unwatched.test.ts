// A journal where the system watches no more folders.
import fs, { mkdtempSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openJournal } from '../../src/journal/journal.ts';
import { publish } from '../../src/publish.ts';

/** As Linux says it to a user who has no instance of inotify left. */
function watchNoMore(): void {
  const { watch } = fs;
  const set = (own: typeof watch): void => {
    fs.watch = own;
    syncBuiltinESMExports();
  };
  set(() => {
    throw Object.assign(new Error('EMFILE: too many open files, watch'), { code: 'EMFILE' });
  });
  onTestFinished(() => set(watch));
}

it('a journal is read as it grows although its folder can not be watched', async () => {
  watchNoMore();
  const folder = mkdtempSync(join(tmpdir(), 'claimgen-journal-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const log = openJournal(folder, { create: true });
  const stop = new AbortController();
  const frames = log.read(undefined, stop.signal)[Symbol.asyncIterator]();
  expect((await frames.next()).value.records).toEqual([]);
  const next = frames.next();
  await publish(log, { sub: 'auth0|1', out: true });
  expect((await next).value.records).toMatchObject([{ sub: 'auth0|1', out: true }]);
  stop.abort();
  await frames.next();
  await log.close();
});
