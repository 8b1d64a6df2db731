// node bench/resolver.js [users] [rounds]: what permissions outside the token cost a request, and how many bytes a user takes, beside JSON lists
// of names in Redis and beside the claim in the token. `npm run build` comes first; redis-server is Debian's.
// Every token is in the cache of verified tokens: what is measured is where the permissions come from. A ratio is one within a round.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createResolver } from '@claimgen/resolver';
import { valkeyStore } from '@claimgen/resolver/valkey';
import { ManagementApi, serveManagementApi, Tenant } from '@claimgen/simulator/management-api/index';
import { createVerifier, hasPermission } from '@claimgen/verifier';
import { createClient } from '@redis/client';
import { number, printTable } from './size/print.js';
import { median } from './verify/median.js';
import {
  AUDIENCE,
  bitsetClaim,
  CLAIM,
  makeKey,
  makeLayout,
  makeTokens,
  permissionNames,
} from './verify/tokens.js';

const USERS = Number(process.argv[2] ?? 1000);
const ROUNDS = Number(process.argv[3] ?? 5);
/** Milliseconds of a measurement, and requests that are under way at once. */
const TIME = 500;
const AT_ONCE = 20;

// As in the other benches: 266 permissions, of which a user holds every other, the set that no mode makes shorter.
const names = permissionNames(266);
const held = names.filter((_, place) => place % 2 === 0);
const permission = held[0];
const layout = makeLayout(names);
const tables = {
  format: 'claimgen-resolver-1',
  audiences: [
    {
      audience: AUDIENCE,
      name: 'orders',
      claim: CLAIM,
      encoding: 'bitset',
      onError: 'deny',
      ids: ['k3Jd9a'],
      ends: [names.length],
      sources: [
        {
          kind: 'roles',
          unknownRoles: 'ignore',
          groups: false,
          organizations: 'ask',
          onError: 'deny',
          onErrorRefresh: 'deny',
        },
      ],
    },
  ],
  roles: [['Every other', { orders: names.map((_, place) => (place === 0 ? 0 : 1)) }]],
};

const folder = mkdtempSync(join(tmpdir(), 'claimgen-bench-'));
const port = await freePort();
const url = `redis://127.0.0.1:${port}`;
const options = ['--port', String(port), '--save', '', '--appendonly', 'no', '--bind', '127.0.0.1'];
const server = spawn('redis-server', options, { stdio: 'ignore', cwd: folder });
const tenant = new Tenant();
tenant.roles.set('rol_1', { id: 'rol_1', name: 'Every other', permissions: [] });
tenant.know(() => ({ permissions: [], roles: ['Every other'] }));
const api = new ManagementApi({ tenant });
const served = await serveManagementApi(api);
const closing = [() => served.close()];

try {
  await listening(port);
  const redis = createClient({ url });
  await redis.connect();
  closing.push(() => redis.destroy());
  const { jwk, privatePem } = makeKey();
  const issuer = `https://${served.domain}/`;
  const tokens = makeTokens({ issuer, privatePem, names, kind: 'bitset', count: USERS });
  const subjects = tokens.map((token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).sub);
  const common = { issuer, layout, jwks: { keys: [jwk] }, cache: { entries: USERS * 2, bytes: 1e9 } };
  const resolverOf = (more) => {
    const resolver = createResolver({
      tables,
      domain: served.domain,
      clientId: 'bench',
      clientSecret: 'bench',
      ttl: 3600,
      requestsPerSecond: 1000,
      timeout: 8000,
      fetch: (request) => fetch(new Request(request.url.replace('https:', 'http:'), request)),
      ...more,
    });
    closing.push(() => resolver.close());
    return resolver;
  };
  const asking = (resolver) => createVerifier({ ...common, resolver, permissions: 'resolver' });
  const store = () => valkeyStore(createClient({ url }));
  const plain = createVerifier(common);
  const inProcess = asking(resolverOf({ entries: USERS, store: store() }));
  // A process that has room for one user only finds every one in Redis.
  const inRedis = asking(resolverOf({ entries: 1, store: store() }));
  for (const subject of subjects) await redis.set(`permissions:${subject}:${AUDIENCE}`, JSON.stringify(held));
  const byVerifier = (verifier) => async (index) =>
    hasPermission(await verifier.verify(tokens[index]), permission);
  const contenders = [
    ['the claim in the token', byVerifier(plain)],
    ['the resolver, kept in the process', byVerifier(inProcess)],
    ['the resolver, kept in Redis', byVerifier(inRedis)],
    [
      'a JSON list of names in Redis',
      async (index) => {
        const { subject } = await plain.verify(tokens[index]);
        return JSON.parse(await redis.get(`permissions:${subject}:${AUDIENCE}`)).includes(permission);
      },
    ],
  ];
  // The tokens get into the cache, and the users into the process and into Redis: at most 1,000 a second are read.
  for (const [, ask] of contenders)
    for (let i = 0; i < USERS; i += 1) if (!(await ask(i))) throw new Error('no');

  const runs = contenders.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [number_, [, ask]] of contenders.entries()) runs[number_].push(await measure(ask));
  }
  const memory = async (pattern) => {
    const [key] = await redis.sendCommand(['KEYS', pattern]);
    const [value, used] = [await redis.get(key), await redis.sendCommand(['MEMORY', 'USAGE', key])];
    return { value: value.length, used: Number(used) };
  };
  const resolved = await memory('claimgen:permissions:p:*');
  const listed = await memory('permissions:*');
  const bytes = [
    [`${number(bitsetClaim(names).length)} in each request`, '0'],
    [number(resolved.value), number(resolved.used)],
    [number(resolved.value), number(resolved.used)],
    [number(listed.value), number(listed.used)],
  ];
  const ratio = (index, base) => median(runs[index].map((rate, round) => rate / runs[base][round]));
  console.log(
    `Node ${process.version}; ${number(USERS)} users who hold ${held.length} of ${names.length} permissions, ${ROUNDS} rounds, ${AT_ONCE} requests at once.\n`,
  );
  printTable(
    ['', 'requests/s', 'to the token', 'to the JSON list', 'bytes kept', 'of Redis'],
    contenders.map(([name], index) => [
      name,
      number(median(runs[index])),
      number(ratio(index, 0), 3),
      number(ratio(index, 3), 2),
      ...bytes[index],
    ]),
  );
  console.log(
    `A JSON list takes ${number(listed.used / resolved.used, 1)} times the memory of Redis. One process, requests/s by the clock.`,
  );
} finally {
  for (const close of closing.reverse()) await close();
  server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

/** Requests a second, each of the next user. */
async function measure(ask) {
  const from = performance.now();
  let count = 0;
  const worker = async () => {
    while (performance.now() - from < TIME) {
      // The clock is not read for each: a cached token takes less than it.
      for (let i = 0; i < 50; i += 1) await ask(count++ % USERS);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return (count * 1000) / (performance.now() - from);
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port: free } = probe.address();
  probe.close();
  await once(probe, 'close');
  return free;
}

async function listening(at) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const client = createClient({ url: `redis://127.0.0.1:${at}`, socket: { reconnectStrategy: false } });
    client.on('error', () => {});
    try {
      await client.connect();
      client.destroy();
      return;
    } catch {
      await sleep(50);
    }
  }
  throw new Error('redis-server does not answer');
}
