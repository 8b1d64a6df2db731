// node bench/gateway.js [rounds] [seconds]: what a request costs by `claimgen gateway` behind nginx, beside nginx in front of the same
// API without authentication, and in front of the same API that verifies tokens itself. Needs Debian's nginx and wrk.
// Every request has the same valid token, over 20 connections; a ratio is one within a round, where all meet the same machine.
import { execFile, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { number, printTable } from './size/print.js';
import { median } from './verify/median.js';
import { makeKey, makeLayout, makeTokens, permissionNames } from './verify/tokens.js';

const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 3);

const names = permissionNames(266);
const { jwk, privatePem } = makeKey();
const keyServer = createServer((_request, response) => response.end(JSON.stringify({ keys: [jwk] })));
keyServer.listen(0, '127.0.0.1');
await once(keyServer, 'listening');
const issuer = `http://127.0.0.1:${keyServer.address().port}/`;
const [token] = makeTokens({ issuer, privatePem, names, kind: 'bitset', count: 1 });

const children = [];
async function start(kind) {
  const settings = JSON.stringify({ kind, issuer, layout: makeLayout(names), permission: names[0] });
  const child = fork(new URL('./gateway/server.js', import.meta.url), [settings]);
  children.push(child);
  const [port] = await once(child, 'message');
  return port;
}

const folder = mkdtempSync(join(tmpdir(), 'claimgen-bench-'));
chmodSync(folder, 0o755);
try {
  const [plain, verifying, gateway] = [
    await start('plain'),
    await start('verifying'),
    await start('gateway'),
  ];
  // The guide's configuration, and the same proxy without it.
  const guide = readFileSync(new URL('../docs/guide/gateway.md', import.meta.url), 'utf8');
  const recipe = /```nginx\n(.*?)```/s.exec(guide)[1];
  const proxyTo = (listen, port, number) =>
    `upstream api${number} { server 127.0.0.1:${port}; keepalive 16; } server { listen 127.0.0.1:${listen}; location / { proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass http://api${number}; } }`;
  const contenders = [
    { name: 'nginx, no authentication', port: 18_401 },
    { name: 'nginx, the API verifies itself', port: 18_402 },
    { name: 'nginx, claimgen gateway', port: 18_403 },
  ];
  const withGateway = recipe
    .replace('127.0.0.1:4180', `127.0.0.1:${gateway}`)
    .replace('listen 8000', `listen 127.0.0.1:${contenders[2].port}`)
    .replace(
      'proxy_pass http://127.0.0.1:8080;',
      'proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass http://api3;',
    );
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr crit; events {}
    http { access_log off; ${temporary.join(' ')}
      ${proxyTo(contenders[0].port, plain, 1)} ${proxyTo(contenders[1].port, verifying, 2)}
      upstream api3 { server 127.0.0.1:${plain}; keepalive 16; } ${withGateway} }`,
  );
  children.push(
    spawn('nginx', ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')], { stdio: 'inherit' }),
  );
  await sleep(500);

  const runs = contenders.map(() => []);
  for (const { port } of contenders) await load(port, 3);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { port }] of contenders.entries()) runs[index].push(await load(port, seconds));
  }
  console.log(`Medians of ${rounds} rounds of ${seconds} s; Node ${process.version}.\n`);
  const ratio = (index, figure) =>
    median(runs[index].map((run, round) => run[figure] / runs[0][round][figure]));
  printTable(
    ['', 'requests/s', '× no authentication', 'p50 ms', 'p99 ms', '× no authentication'],
    contenders.map(({ name }, index) => [
      name,
      number(median(runs[index].map(({ rate }) => rate)), 0),
      number(ratio(index, 'rate'), 2),
      number(median(runs[index].map(({ p50 }) => p50)), 2),
      number(median(runs[index].map(({ p99 }) => p99)), 2),
      number(ratio(index, 'p99'), 2),
    ]),
  );
} finally {
  for (const child of children) child.kill();
  keyServer.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Requests a second, and milliseconds. */
async function load(port, duration) {
  const options = ['-t1', '-c20', `-d${duration}s`, '--latency', '-H', `Authorization: Bearer ${token}`];
  const { stdout } = await promisify(execFile)('wrk', [...options, `http://127.0.0.1:${port}/orders/17`]);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`a good token was refused: ${stdout}`);
  const milliseconds = (percent) => {
    const [, value, unit] = new RegExp(`${percent}%\\s+([\\d.]+)(us|ms|s)`).exec(stdout);
    return Number(value) * { us: 0.001, ms: 1, s: 1000 }[unit];
  };
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]),
    p50: milliseconds(50),
    p99: milliseconds(99),
  };
}
