import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ChangeRecord } from '@claimgen/verifier/changes';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { initJournal, openJournal } from '../../src/journal/journal.ts';
import { readAll, readUntil } from '../support/table.ts';

const rounds = Math.ceil(Number(process.env['CLAIMGEN_RUNS'] ?? 300) / 100);
const script = fileURLToPath(new URL('append-process.js', import.meta.url));

let folder: string;
let running: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claimgen-journal-'));
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  running = [];
  rmSync(folder, { recursive: true, force: true });
});

const record = (sub: string, at = Date.now()): ChangeRecord => ({ v: 1, at, sub, lost: ['orders:refund'] });
const subjects = (records: readonly unknown[]) => records.map((entry) => (entry as ChangeRecord).sub);
const files = () => readdirSync(folder).filter((name) => name.endsWith('.ndjson'));

/** A process that appends until it is killed, and what was acknowledged to it. */
function start(writer: string, compactAt?: number): { child: ChildProcess; acknowledged: () => string[] } {
  const child = spawn(process.execPath, [script, folder, writer, ...(compactAt ? [String(compactAt)] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  let text = '';
  child.stdout?.on('data', (data) => {
    text += data;
  });
  return { child, acknowledged: () => text.split('\n').slice(0, -1) };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

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

  it('tells readers of records of other processes', async () => {
    openJournal(folder, { create: true });
    await sleep(50);
    const { child, acknowledged } = start('w');
    const { records } = await readUntil(openJournal(folder), (all) => all.length >= 100);
    await kill(child);
    expect(acknowledged().length).toBeGreaterThan(50);
    expect(subjects(records).slice(0, 3)).toEqual(['w-0', 'w-1', 'w-2']);
  });

  it('keeps what was acknowledged when its writers are killed, whoever compacts meanwhile', async () => {
    const log = openJournal(folder, { create: true, compactAt: 4000 });
    await log.snapshot();
    const acknowledged: string[] = [];
    const reader = openJournal(folder);
    const seen = new Set<string | undefined>();
    const stop = new AbortController();
    const reading = (async () => {
      for await (const { records } of reader.read(undefined, stop.signal))
        for (const sub of subjects(records)) seen.add(sub);
    })();
    for (let round = 0; round < 3 * rounds; round += 1) {
      const writers = ['a', 'b', 'c'].map((name) => start(`${name}${round}`, 4000));
      const victim = writers[round % 3] as (typeof writers)[number];
      const stopped = writers[(round + 1) % 3] as (typeof writers)[number];
      await sleep(300 + Math.random() * 300);
      // One sleeps in the middle of whatever it does, while the others go on.
      stopped.child.kill('SIGSTOP');
      await kill(victim.child);
      await sleep(200);
      stopped.child.kill('SIGCONT');
      await sleep(100);
      for (const { child } of writers) await kill(child);
      for (const writer of writers) acknowledged.push(...writer.acknowledged());
    }
    await log.append([record('last')]);
    acknowledged.push('last');
    const { records } = await log.snapshot();
    const kept = new Set(subjects(records));
    expect(acknowledged.filter((sub) => !kept.has(sub))).toEqual([]);
    while (!seen.has('last')) await sleep(20);
    expect(acknowledged.filter((sub) => !seen.has(sub))).toEqual([]);
    expect(Number(files().at(-1)?.slice(0, 8))).toBeGreaterThan(1);
    expect(files().length).toBeLessThanOrEqual(2);
    stop.abort();
    await reading;
  });

  it('goes on after a line that was torn at any byte', async () => {
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
    for (const bad of [
      {},
      { v: 1, at: 'now', sub: 'a', out: true },
      { v: 2, at: 1 },
      { v: 1, at: 1, sub: 'a', lost: 'x' },
      { v: 1, at: 1, sub: '', lost: [] },
      null,
      { v: 1, at: 1, out: true, lost: ['a'] },
      { v: 1, at: 1, lost: ['a'], more: 1 },
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
