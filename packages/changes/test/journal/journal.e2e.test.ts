// Processes that append to one journal, and are killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ChangeRecord } from '@claimgen/verifier/changes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from '../../src/journal/journal.ts';
import { readUntil } from '../support/table.ts';

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

describe('a journal of several processes', () => {
  it('tells readers of records of other processes', async () => {
    openJournal(folder, { create: true });
    await sleep(50);
    const { child, acknowledged } = start('w');
    const { records } = await readUntil(openJournal(folder), (all) => all.length >= 100);
    await kill(child);
    expect(acknowledged().length).toBeGreaterThan(50);
    expect(subjects(records).slice(0, 3)).toEqual(['w-0', 'w-1', 'w-2']);
  });

  it('F15: keeps what was acknowledged when its writers are killed, whoever compacts meanwhile', async () => {
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
});
