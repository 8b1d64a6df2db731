// node bench/verify/http.js [rounds] [requests a round] [part of a contender's name] — requests a second over HTTP, 50
// connections, every request the same valid token; the servers in turns, a new process in each round.
// node bench/verify/http.js --claim: what the small claim buys, the same API with the stock claim beside claimgen's.
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { median } from './median.js';
import { makeKey, makeTokens, permissionNames } from './tokens.js';

const { values, positionals } = parseArgs({
  options: { claim: { type: 'boolean' } },
  allowPositionals: true,
});
const rounds = Number(positionals[0] ?? 9);
const requests = Number(positionals[1] ?? 4000);
/** So many times a round's requests come first: until then much of the time is the compiler's. */
const WARM_UP = 3;
const only = positionals[2] ?? '';

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

/** A contender with its token; `label` is what its row is called. */
function prepare(contender, kind, names, label = contender) {
  const [token] = makeTokens({ issuer, privatePem, names, kind, count: 1 });
  return { contender, label, kind, names, token, rates: [], times: [] };
}

async function start({ contender, kind, names }) {
  const settings = JSON.stringify({ contender, issuer, jwk, names, kind });
  // Stock claims of 500 names pass the 16 KB that Node takes by default.
  const child = fork(new URL('./server.js', import.meta.url), [settings], {
    execArgv: ['--max-http-header-size=65536'],
  });
  const port = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', () => reject(new Error(`${contender} did not start`)));
  });
  return { child, url: `http://127.0.0.1:${port}/orders` };
}

/** CPU microseconds that the server's process has used, its threads included. */
async function usage(child) {
  const answer = new Promise((resolve) => child.once('message', resolve));
  child.send('usage');
  const { user, system } = await answer;
  return user + system;
}

/** Fastify answers several times as many a second. */
function amountOf({ contender }) {
  return contender.startsWith('fastify') ? 5 * requests : requests;
}

async function ask(url, token, amount) {
  const { start, finish, non2xx, errors } = await autocannon({
    url,
    connections: 50,
    amount,
    sampleInt: 50,
    headers: { authorization: `Bearer ${token}` },
  });
  if (non2xx > 0 || errors > 0) throw new Error('a good token was refused');
  return finish - start;
}

/** One process for each round: how fast it is depends on where its code and data happen to lie, for as long as it runs. */
async function run(server) {
  const amount = amountOf(server);
  const { child, url } = await start(server);
  try {
    await ask(url, server.token, WARM_UP * amount);
    const before = await usage(child);
    const milliseconds = await ask(url, server.token, amount);
    server.times.push(((await usage(child)) - before) / amount);
    server.rates.push((1000 * amount) / milliseconds);
  } finally {
    child.kill();
  }
}

/** Runs the servers in turns and prints each as a ratio to the one that `baseOf` names. */
async function compare(title, servers, baseOf) {
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < servers.length; turn += 1) await run(servers[(turn + round) % servers.length]);
  }
  print(title, servers, baseOf);
}

/**
 * Medians. A ratio is one within a round, where both meet the same machine: its speed drifts by a third in a minute. The
 * ratio of CPU times is base to own, so that 1 is no loss in both.
 */
function print(title, servers, baseOf) {
  console.log(
    `\n${process.version}, ${title}: medians of ${rounds} rounds of ${requests} requests (fastify: ${5 * requests})`,
  );
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
        servers.push(prepare(`${framework}, claimgen${cache}`, kind, permissionNames(count), label));
      }
    }
    await compare('claim', servers, (name) => name.replace(/names$/, 'bits'));
  }
} else {
  for (const kind of ['bitset', 'stock']) {
    const servers = SERVERS.filter((name) => name.includes(only)).map((contender) =>
      prepare(contender, kind, permissionNames(266)),
    );
    const bytes = servers[0].token.length;
    await compare(
      `tokens of ${bytes} bytes (${kind})`,
      servers,
      (name) => `${name.split(',')[0]}, no authentication`,
    );
  }
}
keyServer.close();
