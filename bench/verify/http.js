// node bench/verify/http.js [rounds] [seconds] [pattern of contenders' names] — requests a second over HTTP by wrk
// (Debian's package), 50 connections, every request the same valid token. In each round each server is started, warmed up and
// measured for so many seconds, with no pause between: after one, the speed of the same server differed by a quarter.
// On Linux the servers have one core and the load another: what a core serves, whether or not signatures go to threads. Run by
// root, it keeps the cores from sleeping: to wake the load's is the server's expense, on virtual machines a great one.
// node bench/verify/http.js --claim: what the small claim buys, the same API with the stock claim beside claimgen's.
import { execFile, execFileSync, fork } from 'node:child_process';
import { openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { parseArgs, promisify } from 'node:util';
import { median } from './median.js';
import { makeKey, makeTokens, permissionNames } from './tokens.js';

const { values, positionals } = parseArgs({
  options: { claim: { type: 'boolean' } },
  allowPositionals: true,
});
const rounds = Number(positionals[0] ?? 9);
const seconds = Number(positionals[1] ?? 2);
/** Seconds; before that much of the time is the compiler's. */
const WARM_UP = 6;
const only = new RegExp(positionals[2] ?? '');
const pinned = process.platform === 'linux' && availableParallelism() > 1;
if (pinned) execFileSync('taskset', ['-cp', '1', String(process.pid)], { stdio: 'ignore' });
try {
  execFileSync('wrk', ['-v'], { stdio: 'ignore' });
} catch ({ code }) {
  if (code === 'ENOENT') {
    console.error("wrk is needed: install Debian's package of that name");
    process.exit(2);
  }
}
const awake = keepAwake();

const SERVERS = [
  'express, no authentication',
  'express, claimgen, cache',
  'express, claimgen',
  'express, express-oauth2-jwt-bearer',
  'express, jose',
  'fastify, no authentication',
  'fastify, claimgen, cache',
  'fastify, claimgen',
  'fastify, fast-jwt, cache',
  'fastify, fast-jwt',
  'fastify, @fastify/jwt with get-jwks',
];

const { jwk, privatePem } = makeKey();
const keyServer = createServer((_request, response) => response.end(JSON.stringify({ keys: [jwk] })));
await new Promise((resolve) => keyServer.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${keyServer.address().port}/`;

/** Asks Linux for a wake-up in 0 µs (PM QoS), which holds while the file is open. False where that is not allowed. */
function keepAwake() {
  try {
    writeSync(openSync('/dev/cpu_dma_latency', 'w'), new Int32Array([0]));
    return true;
  } catch {
    return false;
  }
}

/** A process of the contender. */
async function start({ contender, token, kind, names }) {
  const settings = JSON.stringify({ contender, issuer, jwk, names, kind });
  // Stock claims of 500 names pass the 16 KB that Node takes by default.
  const node = [process.execPath, '--max-http-header-size=65536'];
  const [execPath, ...execArgv] = pinned ? ['taskset', '-c', '0', ...node] : node;
  const child = fork(new URL('./server.js', import.meta.url), [settings], { execPath, execArgv });
  const port = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', () => reject(new Error(`${contender} did not start`)));
  });
  return { child, token, url: `http://127.0.0.1:${port}/orders` };
}

/** CPU microseconds that the server's process has used, its threads included. */
async function usage({ child }) {
  const answer = new Promise((resolve) => child.once('message', resolve));
  child.send('usage');
  const { user, system } = await answer;
  return user + system;
}

/** Requests answered, and how many a second. */
async function load({ url, token }, duration) {
  const options = ['-t1', '-c50', `-d${duration}s`, '-H', `Authorization: Bearer ${token}`];
  const { stdout } = await promisify(execFile)('wrk', [...options, url]);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`a good token was refused: ${stdout}`);
  const figure = (pattern) => Number(pattern.exec(stdout)?.[1]);
  return { count: figure(/(\d+) requests in/), rate: figure(/Requests\/sec:\s+([\d.]+)/) };
}

async function run(contender) {
  const server = await start(contender);
  try {
    await load(server, WARM_UP);
    const before = await usage(server);
    const { count, rate } = await load(server, seconds);
    contender.times.push(((await usage(server)) - before) / count);
    contender.rates.push(rate);
  } finally {
    server.child.kill();
  }
}

/** Prints each contender that the pattern chooses as a ratio to the one that `baseOf` names. */
async function compare(title, contenders, baseOf) {
  const chosen = contenders.filter(({ label }) => only.test(label));
  if (chosen.length === 0) return;
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < chosen.length; turn += 1) await run(chosen[(turn + round) % chosen.length]);
  }
  print(title, chosen, baseOf);
}

/**
 * Medians. A ratio is one within a round, where both meet the same machine: its speed drifts by a third in a minute. The
 * ratio of CPU times is base to own, so that 1 is no loss in both.
 */
function print(title, contenders, baseOf) {
  const where = `${pinned ? ', on one core' : ''}${awake ? ', cores kept awake' : ''}`;
  console.log(`\n${process.version}, ${title}: medians of ${rounds} rounds of ${seconds} s${where}`);
  console.log(`${''.padEnd(40)}    token requests/s  ratio   CPU µs  ratio`);
  for (const contender of contenders) {
    const base = contenders.find(({ label }) => label === baseOf(contender.label)) ?? contender;
    const columns = [
      `${contender.token.length} B`.padStart(8),
      median(contender.rates).toFixed(0).padStart(10),
      median(contender.rates.map((rate, round) => rate / base.rates[round]))
        .toFixed(2)
        .padStart(6),
      median(contender.times).toFixed(1).padStart(8),
      median(contender.times.map((time, round) => base.times[round] / time))
        .toFixed(2)
        .padStart(6),
    ];
    console.log(`${contender.label.padEnd(40)} ${columns.join(' ')}`);
  }
}

/** `label` is what the contender's row is called. */
function contend(contender, kind, names, label = contender) {
  const [token] = makeTokens({ issuer, privatePem, names, kind, count: 1 });
  return { contender, token, kind, names, label, rates: [], times: [] };
}

const KINDS = { bitset: 'bits', stock: 'names' };

for (const framework of ['express', 'fastify']) {
  if (values.claim) {
    const contenders = [`${framework}, claimgen, cache`, `${framework}, claimgen`].flatMap((contender) =>
      [266, 500].flatMap((count) =>
        Object.entries(KINDS).map(([kind, unit]) =>
          contend(contender, kind, permissionNames(count), `${contender}, ${count} ${unit}`),
        ),
      ),
    );
    await compare(`${framework}, by claim`, contenders, (label) => label.replace(/names$/, 'bits'));
    continue;
  }
  for (const kind of Object.keys(KINDS)) {
    const contenders = SERVERS.filter((name) => name.startsWith(framework)).map((name) =>
      contend(name, kind, permissionNames(266)),
    );
    await compare(`${framework}, ${kind} claim`, contenders, () => `${framework}, no authentication`);
  }
}
keyServer.close();
