import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChangeRecord } from '@claimgen/verifier/changes';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { initJournal } from '../../src/journal/init-journal.ts';
import { openJournal } from '../../src/journal/journal.ts';
import { readAll, readUntil } from '../support/table.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claimgen-journal-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const record = (sub: string, at = Date.now()): ChangeRecord => ({ v: 1, at, sub, lost: ['orders:refund'] });
const subjects = (records: readonly unknown[]) => records.map((entry) => (entry as ChangeRecord).sub);
const files = () => readdirSync(folder).filter((name) => name.endsWith('.ndjson'));

describe('a journal', () => {
  it('is made only where that is asked for', async () => {
    const absent = join(folder, 'absent');
    expect(() => openJournal(absent)).toThrow(expect.objectContaining({ code: 'log_missing' }));
    const log = openJournal(absent, { create: true });
    expect((await log.snapshot()).horizon).toBe(0);
    await log.append([record('a')]);
    await log.close();
    // Again, with what is in it.
    expect(subjects((await readAll(openJournal(absent, { create: true }))).records)).toEqual(['a']);
  });

  it('is not replaced by init, unless it is lost: then everything before is forgotten, and said to be', async () => {
    await initJournal(folder);
    const log = openJournal(folder);
    await log.append([record('a')]);
    await expect(initJournal(folder)).rejects.toMatchObject({ code: 'log_exists' });
    const before = Date.now();
    await initJournal(folder, { lost: true });
    const { horizon, records } = await log.snapshot();
    expect(records).toEqual([]);
    expect(horizon).toBeGreaterThanOrEqual(before + 5000);
    // Whoever had the old file open goes on in the new one.
    await log.append([record('b')]);
    expect(subjects((await log.snapshot()).records)).toEqual(['b']);
    await log.close();
  });

  it.each([
    ['log_missing', () => rmSync(folder, { recursive: true })],
    ['log_corrupt', () => appendFileSync(join(folder, '00000001.ndjson'), '\n00000000 {"records":[]}\n\n\n')],
  ])('is appended to again by who had it open, when it is made again after %s', async (code, harm) => {
    const log = openJournal(folder, { create: true });
    await log.append([record('a')]);
    harm();
    await expect(log.append([record('b')])).rejects.toMatchObject({ code });
    await initJournal(folder, { lost: true });
    await log.append([record('c')]);
    expect(subjects((await log.snapshot()).records)).toEqual(['c']);
    await log.close();
  });

  it.skipIf(process.platform !== 'linux')(
    'that could not be made at first is made by the next call, and never once it was there',
    async () => {
      const link = join(folder, 'link');
      // Nobody can make files there, root included.
      symlinkSync('/sys/kernel', link);
      const log = openJournal(link, { create: true });
      await expect(log.append([record('a')])).rejects.toMatchObject({ code: 'log_unavailable' });
      rmSync(link);
      await log.append([record('b')]);
      expect(subjects((await log.snapshot()).records)).toEqual(['b']);
      rmSync(link, { recursive: true });
      await expect(log.append([record('c')])).rejects.toMatchObject({ code: 'log_missing' });
      await expect(log.snapshot()).rejects.toMatchObject({ code: 'log_missing' });
      await log.close();
    },
  );

  it('is read from where a reader left it, and as a whole by whoever left another life of it', async () => {
    const log = openJournal(folder, { create: true });
    await log.append([record('a')]);
    const first = await readAll(log);
    await log.append([record('b'), record('c')]);
    const position = first.frames.at(-1) as { epoch: string; to: string };
    const rest = await readUntil(log, (records) => records.length >= 2, { after: position });
    expect(subjects(rest.records)).toEqual(['b', 'c']);
    expect(rest.frames[0]?.from).toBe(position.to);
    const all = await readUntil(log, (records) => records.length >= 3, {
      after: { ...position, epoch: 'another' },
    });
    expect(all.frames[0]?.from).toBe('');
    await log.close();
  });

  it('F15: goes on after a line that was torn at any byte', async () => {
    const log = openJournal(folder, { create: true });
    for (const sub of ['a', 'b']) await log.append([record(sub, 1_790_000_000_000)]);
    await log.close();
    const path = join(folder, files()[0] as string);
    const whole = readFileSync(path);
    const lastStart = whole.lastIndexOf('\n\n') + 1;
    for (let end = lastStart; end <= whole.length; end += 1) {
      writeFileSync(path, whole.subarray(0, end));
      const writer = openJournal(folder);
      await writer.append([record('c')]);
      const kept = subjects((await writer.snapshot()).records);
      expect(kept.filter((sub) => sub !== 'b')).toEqual(['a', 'c']);
      if (end === whole.length) expect(kept).toEqual(['a', 'b', 'c']);
      await writer.close();
    }
  });

  it('says so when a finished line was damaged, and neither skips nor rewrites it', async () => {
    const log = openJournal(folder, { create: true });
    for (const sub of ['a', 'b']) await log.append([record(sub, 1_790_000_000_000)]);
    await log.close();
    const path = join(folder, files()[0] as string);
    const whole = readFileSync(path);
    const first = whole.indexOf('\n\n') + 2;
    const end = whole.indexOf('\n', first);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: first, max: end - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (place, change) => {
          const damaged = Buffer.from(whole);
          damaged[place] = (damaged[place] as number) ^ change;
          // A line break inside makes two lines of it, which look torn: the checksum says that of the second.
          if (damaged[place] === 0x0a) return;
          writeFileSync(path, damaged);
          const damagedLog = openJournal(folder);
          await expect(damagedLog.snapshot()).rejects.toMatchObject({ code: 'log_corrupt' });
          await expect(damagedLog.append([record('c')])).rejects.toMatchObject({ code: 'log_corrupt' });
          await damagedLog.close();
        },
      ),
      { numRuns: 50 },
    );
    writeFileSync(path, whole);
  });

  it('ends for its readers when it is removed', async () => {
    const log = openJournal(folder, { create: true });
    await log.append([record('a')]);
    const ending = readUntil(log, () => false);
    await sleep(100);
    rmSync(folder, { recursive: true });
    await expect(ending).rejects.toMatchObject({ code: 'log_missing' });
    await expect(log.append([record('b')])).rejects.toMatchObject({ code: 'log_missing' });
    await log.close();
    mkdirSync(folder);
  });

  it('forgets what is older than its retention, and its horizon says so', async () => {
    const now = Date.now();
    const log = openJournal(folder, { create: true, retention: 60, compactAt: 500 });
    await log.append([record('old', now - 90_000)]);
    for (let i = 0; i < 20; i += 1) await log.append([record(`new-${i}`, now)]);
    const { records, horizon } = await log.snapshot();
    expect(subjects(records)).not.toContain('old');
    expect(records.length).toBe(20);
    expect(horizon).toBe(now - 90_000);
    await log.close();
  });

  it('refuses what is no record, and writes nothing then', async () => {
    const log = openJournal(folder, { create: true });
    const at = Date.now();
    for (const bad of [
      {},
      { v: 1, at: 'now', sub: 'a', out: true },
      { v: 2, at },
      { v: 1, at, sub: 'a', lost: 'x' },
      { v: 1, at, sub: '', lost: [] },
      null,
      { v: 1, at, out: true, lost: ['a'] },
      { v: 1, at, lost: ['a'], more: 1 },
    ]) {
      await expect(log.append([record('a'), bad as never]), JSON.stringify(bad)).rejects.toMatchObject({
        code: 'record_invalid',
      });
    }
    await expect(log.append([record('a', Date.now() + 70_000)])).rejects.toMatchObject({
      code: 'record_in_future',
    });
    expect((await log.snapshot()).records).toEqual([]);
    await log.close();
  });

  it('is no journal where its file is something else', async () => {
    writeFileSync(join(folder, '00000001.ndjson'), 'hello\n');
    await expect(openJournal(folder).snapshot()).rejects.toMatchObject({ code: 'log_corrupt' });
    truncateSync(join(folder, '00000001.ndjson'));
    await expect(openJournal(folder).snapshot()).rejects.toMatchObject({ code: 'log_corrupt' });
    appendFileSync(join(folder, '00000001.ndjson'), '{"v":1}\n');
    const log = openJournal(folder);
    await expect(log.append([record('a')])).rejects.toMatchObject({ code: 'log_corrupt' });
    await log.close();
  });
});
