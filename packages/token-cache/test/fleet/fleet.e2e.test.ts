import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  freePort,
  type RedisServer,
  startServer,
  stopServers,
  until,
} from '../../../changes/test/valkey/servers.ts';
import { connectValkeyStore } from '../../src/valkey.ts';
import { ask, form, makeCache, pepper, SECRET, type TestCache, USUAL } from '../support/cache.ts';
import { startIssuer, type TestIssuer } from '../support/issuer.ts';

const PROCESSES = 4;
const CALLERS = 10_000;
const processes: ChildProcess[] = [];
const caches: TestCache[] = [];
const children: ChildProcess[] = [];
const output: string[] = [];
let issuer: TestIssuer;
let redis: RedisServer;

interface Report {
  readonly statuses: number[];
  readonly tokens: string[];
  readonly expiresIn: number;
}

beforeAll(async () => {
  redis = await startServer();
});
beforeEach(async () => {
  issuer = await startIssuer();
});
afterEach(async () => {
  for (const cache of caches.splice(0)) await cache.close();
  for (const child of [...processes.splice(0), ...children.splice(0)]) child.kill('SIGKILL');
  await issuer.close();
});
afterAll(stopServers);

async function startProcesses(): Promise<void> {
  const path = fileURLToPath(new URL('process.js', import.meta.url));
  for (let i = 0; i < PROCESSES; i += 1) {
    const child = fork(path, [issuer.url, redis.url, pepper], { silent: true });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (data) => output.push(String(data)));
    processes.push(child);
  }
  await Promise.all(processes.map((child) => once(child, 'message')));
}

/** All callers at once, over all processes. */
async function everybody(parameters: Record<string, string> = {}, callers = CALLERS): Promise<Report[]> {
  const body = new URLSearchParams({ ...USUAL, ...parameters }).toString();
  return Promise.all(
    processes.map(async (child) => {
      child.send({ count: callers / PROCESSES, body });
      const [report] = (await once(child, 'message')) as [Report];
      return report;
    }),
  );
}

async function open(url: string, options = {}): Promise<TestCache> {
  const cache = makeCache(issuer.url, { store: await connectValkeyStore(url), ...options });
  caches.push(cache);
  return cache;
}

describe('a fleet with one Redis', () => {
  it(`asks once for ${CALLERS} callers in ${PROCESSES} processes, and leaves no secret or token anywhere`, async () => {
    await startProcesses();
    issuer.delay = 200;
    const reports = await everybody();
    expect(reports.flatMap(({ statuses }) => statuses)).toEqual([200, 200, 200, 200]);
    expect(new Set(reports.flatMap(({ tokens }) => tokens)).size).toBe(1);
    expect(Math.min(...reports.map(({ expiresIn }) => expiresIn))).toBeGreaterThan(86_000);
    expect(issuer.grants).toBe(1);

    issuer.delay = 0;
    const wrong = await everybody({ client_secret: 'wrong-secret-0123456789' }, 400);
    expect(wrong.flatMap(({ statuses }) => statuses)).toEqual([401, 401, 401, 401]);
    expect(issuer.grants).toBe(1);
    // Each process keeps its own refusals.
    expect(issuer.asked.length).toBeLessThanOrEqual(1 + PROCESSES);

    issuer.secrets.set('vendor', 'rotated-secret-0123456789');
    const rotated = await everybody({ client_secret: 'rotated-secret-0123456789' }, 400);
    expect(rotated.flatMap(({ statuses }) => statuses)).toEqual([200, 200, 200, 200]);
    expect(issuer.grants).toBe(2);

    const tokens = [...reports, ...rotated].flatMap((report) => report.tokens);
    const dump = await dumpOf(redis);
    expect(dump).toMatch(/claimgen:tokens:t:[\w-]{43}/);
    const secrets = [SECRET, 'wrong-secret', 'rotated-secret', pepper, 'vendor', USUAL.audience, ...tokens];
    for (const secret of [...secrets, ...tokens.map((token) => token.split('.')[2] ?? '-')]) {
      expect(dump).not.toContain(secret);
      expect(output.join('')).not.toContain(secret);
    }
    expect(output).toEqual([]);
  });

  it('counts quotas and the budget together', async () => {
    const options = { quotas: { grantsPerHour: 3 }, budget: 5 };
    const [a, b] = [await open(redis.url, options), await open(redis.url, options)];
    const request = (i: number) =>
      form({ client_id: 'other', client_secret: 'other-secret-9876543210', scope: `s${i}` });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => ask(i % 2 === 0 ? a : b, request(i))),
    );
    // Half of the budget is 2.
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(8);
    expect(issuer.grants).toBe(2);
  });

  it("takes over what another process was given, with what is left of it by the store's clock", async () => {
    issuer.life = 600;
    const [a, b] = [await open(redis.url), await open(redis.url, { clock: () => Date.now() + 3_600_000 })];
    const audience = { audience: 'clocks' };
    const { access_token } = await ask(a, form(audience));
    const taken = await ask(b, form(audience));
    expect(taken.access_token).toBe(access_token);
    expect(taken.expires_in).toBeGreaterThan(590);
    expect(taken.expires_in).toBeLessThanOrEqual(600);
  });

  it("forgets a client's tokens in every process after a purge", async () => {
    const [a, b] = [await open(redis.url), await open(redis.url)];
    const audience = { audience: 'purged' };
    const { access_token } = await ask(a, form(audience));
    expect((await ask(b, form(audience))).access_token).toBe(access_token);
    await b.purge('vendor');
    await until(async () => (await ask(a, form(audience))).access_token !== access_token);
    expect(issuer.grants).toBe(2);
  });

  it('goes on without its store under load, says so once, and comes back', async () => {
    const port = await freePort();
    const start = () => {
      const child = spawn('redis-server', ['--port', String(port), '--save', '', '--bind', '127.0.0.1'], {
        stdio: 'ignore',
      });
      children.push(child);
      return child;
    };
    const url = `redis://127.0.0.1:${port}`;
    const first = start();
    const options = { quotas: { requestsPerMinute: 1_000_000 } };
    const all = [await open(url, options), await open(url, options)];
    await until(() => isOpen(port));
    const statuses = new Map<number, number>();
    let isOn = true;
    const load = all.map(async (cache) => {
      while (isOn) {
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, n) => ask(cache, form({ audience: `a${n % 4}` }))),
        );
        for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    });
    await until(async () => (statuses.get(200) ?? 0) > 200);
    expect(issuer.grants).toBe(4);
    first.kill('SIGKILL');
    await until(async () => all.every(({ logs }) => logs.length === 1));
    // Tokens that a process doesn't have, it asks for by itself.
    const alone = await Promise.all(all.map((cache) => ask(cache, form({ audience: 'while down' }))));
    expect(alone.map(({ status }) => status)).toEqual([200, 200]);
    expect(issuer.grants).toBe(6);
    await expect((all[0] as TestCache).purge('vendor')).rejects.toThrow();
    start();
    await until(async () => all.every(({ logs }) => logs.length >= 2));
    const seen = statuses.get(200) ?? 0;
    await until(async () => (statuses.get(200) ?? 0) > seen + 200);
    isOn = false;
    await Promise.all(load);
    expect([...statuses.keys()]).toEqual([200]);
    for (const { logs } of all)
      expect(logs).toEqual([
        expect.stringMatching(
          /^the store of the token cache is down \(\w+\): each process asks for tokens by itself/,
        ),
        'the store of the token cache is back',
      ]);
    // The store came back empty: each of the four is asked for once more, at most by each process.
    expect(issuer.grants).toBeLessThanOrEqual(6 + 8);
  });

  it('says why its store does not work, and uses it once it does', async () => {
    const locked = await startServer();
    await locked.command('CONFIG', 'SET', 'requirepass', 'hunter2-hunter2');
    const cache = await open(locked.url);
    expect((await ask(cache)).status).toBe(200);
    expect(cache.logs).toEqual([expect.stringContaining('is down (NOAUTH)')]);
    const wrong = await open(locked.url.replace('//', '//:hunter3@'));
    expect((await ask(wrong)).status).toBe(200);
    expect(wrong.logs).toEqual([expect.stringContaining('is down (WRONGPASS)')]);
    const right = await open(locked.url.replace('//', '//:hunter2-hunter2@'));
    expect((await ask(right)).status).toBe(200);
    expect(right.logs).toEqual([]);
  });

  it('does not wait for a store that hangs', async () => {
    const hung = await startServer();
    const cache = await open(hung.url);
    expect((await ask(cache)).status).toBe(200);
    hung.process.kill('SIGSTOP');
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => ask(cache, form({ audience: `a${n % 5}` }))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(cache.logs).toHaveLength(1);
    hung.process.kill('SIGCONT');
    await until(async () => (await ask(cache)).status === 200 && cache.logs.length === 2);
  });
});

/** Whether something listens there. */
function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** Every key and value, and the database as it is on disk. */
async function dumpOf(server: RedisServer): Promise<string> {
  await server.command('CONFIG', 'SET', 'rdbcompression', 'no');
  await server.command('SAVE');
  const [, folder] = (await server.command('CONFIG', 'GET', 'dir')) as string[];
  const keys = (await server.command('KEYS', '*')) as string[];
  expect(keys.length).toBeGreaterThan(3);
  const values = await Promise.all(keys.map((key) => server.command('GET', key)));
  const cli = spawn('redis-cli', ['-p', String(server.port), '--scan']);
  let scanned = '';
  cli.stdout.on('data', (data) => {
    scanned += String(data);
  });
  await once(cli, 'close');
  return [...keys, ...values, scanned, readFileSync(join(folder ?? '', 'dump.rdb'), 'latin1')].join('\n');
}
