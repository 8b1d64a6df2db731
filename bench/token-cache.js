// What a cache of machines' tokens saves and costs: node bench/token-cache.js [callers] [processes] [rounds]
// `npm run build` comes first; redis-server is Debian's. All contenders are the same server in as many processes, asked in the same way by the same callers, in turns; a ratio is the median of those within a round.
import { fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { number, printTable } from './size/print.js';
import { median } from './verify/median.js';

const CALLERS = Number(process.argv[2] ?? 10_000);
const PROCESSES = Number(process.argv[3] ?? 4);
const ROUNDS = Number(process.argv[4] ?? 1);
/** Name, kind of server, and processes of it: a Map can't be shared. */
const CONTENDERS = [
  ['no cache', 'none', PROCESSES],
  ['a Map', 'map', 1],
  ['claimgen, memory', 'memory', 1],
  ['claimgen, Redis', 'redis', PROCESSES],
];

const folder = mkdtempSync(join(tmpdir(), 'claimgen-bench-'));
const children = [];

try {
  const port = await freePort();
  const options = ['--port', String(port), '--save', '', '--appendonly', 'no', '--bind', '127.0.0.1'];
  children.push(spawn('redis-server', options, { stdio: 'ignore', cwd: folder }));
  const issuer = await start('issuer.js', []);
  console.log(
    `Node ${process.version}; ${number(CALLERS)} callers at once, ${PROCESSES} processes, ${ROUNDS} rounds. Each asks twice; the issuer takes 50 ms.\n`,
  );
  const runs = new Map(CONTENDERS.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, kind, processes] of CONTENDERS) {
      runs.get(name).push(await measure(kind, processes, issuer, port, round));
    }
  }
  const ratio = (name, key) =>
    number(median(runs.get(name).map((run, round) => run[key] / runs.get('no cache')[round][key])), 2);
  printTable(
    ['', 'processes', 'grants', 'requests/s', 'p50', 'p99'],
    CONTENDERS.map(([name, , processes]) => [
      name,
      String(processes),
      [...new Set(runs.get(name).map(({ grants }) => number(grants)))].join(', '),
      ratio(name, 'rate'),
      ratio(name, 'p50'),
      ratio(name, 'p99'),
    ]),
  );
  console.log(
    'Requests/s, p50 and p99 as ratios to no cache; the Map and the memory are those of one process, for all callers.',
  );
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

/** Every process has its share of the callers, who all begin at once. */
async function measure(kind, processes, issuer, port, round) {
  issuer.child.send('reset');
  const store = `redis://127.0.0.1:${port}`;
  const servers = [];
  for (let i = 0; i < processes; i += 1)
    servers.push(
      await start('callers.js', [kind, issuer.url, store, `round ${round}`, String(CALLERS / processes)]),
    );
  const from = process.hrtime.bigint();
  const times = (
    await Promise.all(
      servers.map(({ child }) => {
        child.send('go');
        return message(child);
      }),
    )
  ).flat();
  const seconds = Number(process.hrtime.bigint() - from) / 1e9;
  for (const { child } of servers) child.kill('SIGKILL');
  issuer.child.send('count');
  const { grants } = await message(issuer.child);
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.ceil(times.length * share) - 1];
  return { grants, rate: times.length / seconds, p50: at(0.5), p99: at(0.99) };
}

async function start(script, args) {
  const child = fork(new URL(`token-cache/${script}`, import.meta.url), args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  children.push(child);
  const { url } = await message(child);
  return { child, url };
}

function message(child) {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`a process has ended with ${code}`)));
  });
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
