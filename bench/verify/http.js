// node bench/verify/http.js [rounds] [requests a round] [part of a contender's name] — requests a second over HTTP, 50
// connections, every request the same valid token; the servers, one process each, in turns.
// node bench/verify/http.js --claim: what the small claim buys, the same API with the stock claim beside claimgen's.
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { makeKey, makeTokens, permissionNames } from './tokens.js';

const { values, positionals } = parseArgs({
  options: { claim: { type: 'boolean' } },
  allowPositionals: true,
});
const rounds = Number(positionals[0] ?? 5);
const requests = Number(positionals[1] ?? 4000);
/** So many requests before the first round: until then much of the time is the compiler's. */
const WARM_UP = 15_000;
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

async function start(contender, kind, names) {
  const settings = JSON.stringify({ contender, issuer, jwk, names, kind });
  // Stock claims of 500 names pass the 16 KB that Node takes by default.
  const child = fork(new URL('./server.js', import.meta.url), [settings], {
    execArgv: ['--max-http-header-size=65536'],
  });
  const port = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', () => reject(new Error(`${contender} did not start`)));
  });
  const [token] = makeTokens({ issuer, privatePem, names, kind, count: 1 });
  return { contender, child, token, url: `http://127.0.0.1:${port}/orders`, rates: [], times: [] };
}

/** CPU microseconds that the server's process has used, its threads included. */
async function usage({ child }) {
  const answer = new Promise((resolve) => child.once('message', resolve));
  child.send('usage');
  const { user, system } = await answer;
  return user + system;
}

/** Fastify answers several times as many a second. */
function amountOf({ contender }) {
  return contender.startsWith('fastify') ? 5 * requests : requests;
}

async function run(server, amount = amountOf(server)) {
  const before = await usage(server);
  const result = await autocannon({
    url: server.url,
    connections: 50,
    amount,
    sampleInt: 50,
    headers: { authorization: `Bearer ${server.token}` },
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${server.contender} refused a good token`);
  return { rate: amount / result.duration, time: ((await usage(server)) - before) / amount };
}

/** Runs the servers in turns and prints each as a ratio to the one that `baseOf` names. */
async function compare(title, servers, baseOf) {
  try {
    for (const server of servers) await run(server, WARM_UP);
    for (let round = 0; round < rounds; round += 1) {
      for (let turn = 0; turn < servers.length; turn += 1) {
        const server = servers[(turn + round) % servers.length];
        const { rate, time } = await run(server);
        server.rates.push(rate);
        server.times.push(time);
      }
    }
  } finally {
    for (const { child } of servers) child.kill();
  }
  print(title, servers, baseOf);
}

/**
 * The best round of each: what else the machine does only ever makes a round worse. Requests a second still depend on
 * it, CPU time per request less; its ratio is base to own, so that 1 is no loss in both.
 */
function print(title, servers, baseOf) {
  console.log(
    `\n${process.version}, ${title}: best of ${rounds} rounds of ${requests} requests (fastify: ${5 * requests})`,
  );
  console.log(`${''.padEnd(40)}    token requests/s  ratio   CPU µs  ratio`);
  for (const server of servers) {
    const base = servers.find(({ contender }) => contender === baseOf(server.contender)) ?? server;
    const rate = Math.max(...server.rates);
    const time = Math.min(...server.times);
    const columns = [
      `${server.token.length} B`.padStart(8),
      rate.toFixed(0).padStart(10),
      (rate / Math.max(...base.rates)).toFixed(2).padStart(6),
      time.toFixed(1).padStart(8),
      (Math.min(...base.times) / time).toFixed(2).padStart(6),
    ];
    console.log(`${server.contender.padEnd(40)} ${columns.join(' ')}`);
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
        const server = await start(`${framework}, claimgen${cache}`, kind, permissionNames(count));
        server.contender += `, ${count} ${kind === 'stock' ? 'names' : 'bits'}`;
        servers.push(server);
      }
    }
    await compare('claim', servers, (name) => name.replace(/names$/, 'bits'));
  }
} else {
  for (const kind of ['bitset', 'stock']) {
    const servers = [];
    for (const contender of SERVERS.filter((name) => name.includes(only))) {
      servers.push(await start(contender, kind, permissionNames(266)));
    }
    const bytes = servers[0].token.length;
    await compare(
      `tokens of ${bytes} bytes (${kind})`,
      servers,
      (name) => `${name.split(',')[0]}, no authentication`,
    );
  }
}
keyServer.close();
