// node bench/verify/http.js [rounds] [seconds a round] [pattern of contenders' names] — requests a second over HTTP by wrk
// (Debian's package), 50 connections, every request the same valid token; the servers, one process each, in turns.
// On Linux the servers have one core and the load another: what a core serves, whether or not signatures go to threads.
// node bench/verify/http.js --claim: what the small claim buys, the same API with the stock claim beside claimgen's.
import { execFile, execFileSync, fork } from 'node:child_process';
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
const seconds = Number(positionals[1] ?? 1);
/** Seconds before the first round: so long much of the time is the compiler's. */
const WARM_UP = 8;
const only = new RegExp(positionals[2] ?? '');
const pinned = process.platform === 'linux' && availableParallelism() > 1;
if (pinned) execFileSync('taskset', ['-acp', '1', String(process.pid)], { stdio: 'ignore' });

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

/** `label` is what the contender's row is called. */
async function start(contender, kind, names, label = contender) {
  const settings = JSON.stringify({ contender, issuer, jwk, names, kind });
  // Stock claims of 500 names pass the 16 KB that Node takes by default.
  const node = [process.execPath, '--max-http-header-size=65536'];
  const [execPath, ...execArgv] = pinned ? ['taskset', '-c', '0', ...node] : node;
  const child = fork(new URL('./server.js', import.meta.url), [settings], { execPath, execArgv });
  const port = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', () => reject(new Error(`${contender} did not start`)));
  });
  const [token] = makeTokens({ issuer, privatePem, names, kind, count: 1 });
  return { label, child, token, url: `http://127.0.0.1:${port}/orders`, rates: [], times: [] };
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

async function run(server) {
  const before = await usage(server);
  const { count, rate } = await load(server, seconds);
  server.times.push(((await usage(server)) - before) / count);
  server.rates.push(rate);
}

/** Runs the servers in turns and prints each as a ratio to the one that `baseOf` names. */
async function compare(title, servers, baseOf) {
  try {
    for (const server of servers) await load(server, WARM_UP);
    for (let round = 0; round < rounds; round += 1) {
      for (let turn = 0; turn < servers.length; turn += 1)
        await run(servers[(turn + round) % servers.length]);
    }
  } finally {
    for (const { child } of servers) child.kill();
  }
  print(title, servers, baseOf);
}

/**
 * Medians. A ratio is one within a round, where both meet the same machine: its speed drifts by a third in a minute. The
 * ratio of CPU times is base to own, so that 1 is no loss in both.
 */
function print(title, servers, baseOf) {
  const where = pinned ? ', on one core' : '';
  console.log(`\n${process.version}, ${title}: medians of ${rounds} rounds of ${seconds} s${where}`);
  console.log(`${''.padEnd(40)}    token requests/s  ratio   CPU µs  ratio`);
  for (const server of servers) {
    const base = servers.find(({ label }) => label === baseOf(server.label)) ?? server;
    const columns = [
      `${server.token.length} B`.padStart(8),
      median(server.rates).toFixed(0).padStart(10),
      median(server.rates.map((rate, round) => rate / base.rates[round]))
        .toFixed(2)
        .padStart(6),
      median(server.times).toFixed(1).padStart(8),
      median(server.times.map((time, round) => base.times[round] / time))
        .toFixed(2)
        .padStart(6),
    ];
    console.log(`${server.label.padEnd(40)} ${columns.join(' ')}`);
  }
}

if (values.claim) {
  for (const framework of ['express', 'fastify']) {
    const servers = [];
    for (const cache of [', cache', '']) {
      for (const [kind, count] of [
        ['bitset', 266],
        ['stock', 266],
        ['bitset', 500],
        ['stock', 500],
      ]) {
        const label = `${framework}, claimgen${cache}, ${count} ${kind === 'stock' ? 'names' : 'bits'}`;
        servers.push(await start(`${framework}, claimgen${cache}`, kind, permissionNames(count), label));
      }
    }
    await compare(`${framework}, by claim`, servers, (name) => name.replace(/names$/, 'bits'));
  }
} else {
  for (const framework of ['express', 'fastify']) {
    const contenders = SERVERS.filter((name) => name.startsWith(framework) && only.test(name));
    for (const kind of contenders.length > 0 ? ['bitset', 'stock'] : []) {
      const servers = [];
      for (const contender of contenders) servers.push(await start(contender, kind, permissionNames(266)));
      const bytes = servers[0].token.length;
      const title = `${framework}, tokens of ${bytes} bytes (${kind})`;
      await compare(title, servers, () => `${framework}, no authentication`);
    }
  }
}
keyServer.close();
