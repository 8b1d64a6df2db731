// How fast a change is known everywhere, and what knowing changes costs: node bench/changes.js [processes] [feeds]
// `npm run build` comes first; redis-server is Debian's. Times depend on the machine, most of all with fewer cores than processes.
import { fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openJournal, publish } from '@claimgen/changes';
import { Judge } from '../packages/verifier/dist/changes/judge.js';
import { ChangeTable } from '../packages/verifier/dist/changes/table.js';
import { crowd } from './changes/crowd.js';
import { hit } from './changes/hit.js';
import { openLog } from './changes/logs.js';
import { compare, nanoseconds, percentile } from './changes/time.js';
import { number, printTable } from './size/print.js';

const PROCESSES = Number(process.argv[2] ?? 50);
const FEEDS = Number(process.argv[3] ?? 1000);
const CHANGES = 40;
const USERS = 100_000;
const folder = mkdtempSync(join(tmpdir(), 'claimgen-bench-'));
const children = [];
/** How many users of a log have been published: each reader reports them all, from the first on. */
const countOf = new Map();

try {
  console.log(`Node ${process.version}; ${PROCESSES} processes, ${CHANGES} changes.\n`);
  await propagation();
  await table();
  await hit();
  crowd();
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

async function propagation() {
  const redis = await freePort();
  children.push(
    spawn(
      'redis-server',
      ['--port', String(redis), '--save', '', '--appendonly', 'no', '--bind', '127.0.0.1'],
      { stdio: 'ignore', cwd: folder },
    ),
  );
  const rows = [];
  for (const [name, place] of [
    ['journal', `journal:${join(folder, 'journal')}`],
    ['Valkey / Redis', `valkey:redis://127.0.0.1:${redis}`],
  ]) {
    rows.push([name, `${PROCESSES} processes`, ...(await measure(openLog(place), place, PROCESSES, 1))]);
  }
  const hub = await startHub(join(folder, 'hub'));
  const log = () => openJournal(join(folder, 'hub'));
  rows.push([
    'hub (SSE) over a journal',
    `${PROCESSES} processes`,
    ...(await measure(log(), hub, PROCESSES, 1)),
  ]);
  rows.push([
    'hub (SSE) over a journal',
    `${FEEDS} feeds in one process`,
    ...(await measure(log(), hub, 1, FEEDS, 10)),
  ]);
  console.log(
    'From `publish()` to the refusal, in ms: over all changes and readers, and the last reader of each change\n',
  );
  printTable(['log', 'readers', 'p50', 'p99', 'last, p50', 'last, p99'], rows);
}

async function measure(log, place, processes, feeds, changes = CHANGES) {
  const readers = [];
  const heard = new Map();
  for (let i = 0; i < processes; i += 1) {
    const child = fork(new URL('changes/follower.js', import.meta.url), [place, String(feeds)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.push(child);
    readers.push(
      new Promise((resolve) =>
        child.on('message', (message) => {
          if (message.live !== undefined) resolve(message);
          else heard.set(message.number, [...(heard.get(message.number) ?? []), BigInt(message.at)]);
        }),
      ),
    );
  }
  await Promise.all(readers);
  await sleep(1000);
  const all = [];
  const last = [];
  let own = countOf.get(place) ?? 0;
  for (let i = 0; i < changes; i += 1, own += 1) {
    const from = process.hrtime.bigint();
    await publish(log, { sub: `bench|${own}`, lost: ['orders:refund'] });
    while ((heard.get(own)?.length ?? 0) < processes * feeds) await sleep(5);
    const delays = heard.get(own).map((at) => Number(at - from) / 1e6);
    all.push(...delays);
    last.push(Math.max(...delays));
    await sleep(20 + Math.random() * 60);
  }
  countOf.set(place, own);
  await log.close();
  for (const child of children.splice(children.length - processes)) child.kill('SIGKILL');
  return [percentile(all, 0.5), percentile(all, 0.99), percentile(last, 0.5), percentile(last, 0.99)].map(
    (ms) => number(ms, 1),
  );
}

async function table() {
  const subjects = Array.from(
    { length: USERS },
    (_, i) => `auth0|507f1f77bcf86cd7${String(i).padStart(8, '0')}`,
  );
  const record = (sub, i) => ({
    v: 1,
    at: Date.now(),
    sub,
    aud: 'orders',
    lost: ['orders:refund'],
    by: `sapi 9002026112613310512345600000000000000122337203685${i % 1000}`,
  });
  const journal = join(folder, 'large');
  const log = openJournal(journal, { create: true });
  for (let i = 0; i < USERS; i += 1000) await log.append(subjects.slice(i, i + 1000).map(record));
  await log.close();
  const reader = fork(new URL('changes/follower.js', import.meta.url), [`journal:${journal}`, '1'], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  children.push(reader);
  const { live, cpu, bytes, kept } = await new Promise((resolve) => reader.once('message', resolve));
  reader.kill('SIGKILL');

  const made = new ChangeTable({ audience: 'orders', names: new Set(['orders:read', 'orders:refund']) });
  made.apply(subjects.map(record), 0);

  const token = (i) => ({
    sub: `auth0|507f1f77bcf86cd7${String((i * 7919) % USERS).padStart(8, '0')}`,
    org: 'org_1',
    machine: false,
    asOf: Date.now(),
  });
  const one = new Judge(made, token(1), 20_000);
  const hit = nanoseconds(() => one.refusal(), 100_000);
  // Each look is at a table that has changed since.
  const judges = Array.from({ length: 2000 }, (_, i) => new Judge(made, token(i), 20_000));
  let at = Date.now();
  const look = (i) => {
    if (i === 0) {
      at += 1;
      made.apply([{ v: 1, at, sub: 'auth0|another', lost: ['orders:read'] }], 0);
    }
    judges[i].refusal();
  };
  const [moved, asked] = compare([look, (i) => judges[i].staleness('orders:read', true)], judges.length, 500);
  console.log(`${number(USERS)} records of users\n`);
  printTable(
    ['', ''],
    [
      ['memory', `${number(bytes / 1e6, 1)} MB`],
      [
        'ready after start, from a journal',
        `${number(live)} ms, ${number(cpu)} ms of CPU with Node's own (${number(kept)} kept)`,
      ],
      ['a token while nothing changes', `${number(hit, 1)} ns`],
      ['a token after a change, once', `${number(moved)} ns`],
      ['a permission', `${number(asked)} ns`],
    ],
  );
}

async function startHub(journal) {
  const child = fork(new URL('changes/hub.js', import.meta.url), [journal], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  children.push(child);
  const { port } = await new Promise((resolve) => child.once('message', resolve));
  await sleep(500);
  return `http:http://127.0.0.1:${port}/changes`;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
