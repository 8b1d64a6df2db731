// A journal where the system watches no more folders.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openJournal } from '../../src/journal/journal.ts';
import { publish } from '../../src/publish.ts';

vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  watch: () => {
    throw Object.assign(new Error('EMFILE: too many open files, watch'), { code: 'EMFILE' });
  },
}));

it('a journal is read as it grows although its folder can not be watched', async () => {
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
