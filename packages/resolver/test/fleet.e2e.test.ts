/** A fleet of resolvers with one real redis-server: who reads, what is kept, and what becomes of it when the server is gone. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createClient } from '@redis/client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { freePort, type RedisServer, startServer, stopServers } from '../../changes/test/valkey/servers.ts';
import type { ResolverError, ResolverOptions } from '../src/index.ts';
import { Sealer } from '../src/kept.ts';
import { valkeyStore } from '../src/valkey.ts';
import { build, CLIENT_ID, SECRET, startTenant, type TestTenant, USER } from './support/tenant.ts';

const { tables } = build();
let redis: RedisServer;
beforeAll(async () => {
  redis = await startServer();
});
afterAll(stopServers);

const nameOf = (key: string): string => key.slice('claimgen:permissions:p:'.length);
const storeOf = (url: string) => valkeyStore(createClient({ url }) as never);

async function startProcess(
  tenant: TestTenant,
  options: Partial<ResolverOptions> = {},
): Promise<ChildProcess> {
  const { layout: _, ...query } = tenant.query();
  const settings = { tables, domain: tenant.domain, clientId: CLIENT_ID, clientSecret: SECRET, ...options };
  const argument = JSON.stringify({ url: redis.url, options: settings, query });
  const child = fork(fileURLToPath(new URL('process.js', import.meta.url)), [argument], { silent: true });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'message');
  return child;
}

/** What the processes got, each asking so often at once. */
async function ask(children: readonly ChildProcess[], count: number, more: object = {}): Promise<string[]> {
  const answers = children.map(async (child) => {
    child.send({ count, more });
    const [claims] = (await once(child, 'message')) as [string[]];
    return claims;
  });
  return [...new Set((await Promise.all(answers)).flat())];
}

/** A time that is over: what is read in its own millisecond is not newer, and would be read again. */
async function momentAgo(): Promise<number> {
  const time = Date.now();
  await vi.waitUntil(() => Date.now() > time);
  return time;
}

describe('a fleet', () => {
  it('reads a user once, keeps few bytes of them, and nobody finds out who they are', async () => {
    await redis.command('FLUSHALL');
    const tenant = await startTenant();
    tenant.api.fail([{ on: 'GET /api/v2/users', delay: 200 }]);
    const children = await Promise.all([startProcess(tenant), startProcess(tenant)]);
    const claims = await ask(children, 500);
    expect(claims).toHaveLength(1);
    expect(claims[0]).toMatch(/^[\w-]{6}\.[\w-]+$/);
    expect(tenant.requests).toHaveLength(1);

    const keys = (await redis.command('KEYS', '*')) as string[];
    const kept = keys.filter((key) => key.includes(':p:'));
    expect(kept).toEqual([expect.stringMatching(/^claimgen:permissions:p:[\w-]{32}$/)]);
    const value = String(await redis.command('GET', kept[0] ?? ''));
    expect(value.length).toBeLessThan(30);
    expect(Number(await redis.command('PTTL', kept[0] ?? ''))).toBeLessThanOrEqual(60_000);
    expect([...keys, value].join()).not.toMatch(
      new RegExp(`${SECRET}|${USER.replace('|', '.')}|orders|simulated`),
    );
    // The leases are given back.
    expect(keys.filter((key) => key.includes(':l:'))).toEqual([]);
  });

  it('has a change read again, in the store, too', async () => {
    await redis.command('FLUSHALL');
    const tenant = await startTenant();
    const [one, two, three] = [0, 1, 2].map(() => tenant.open({ store: storeOf(redis.url) }));
    const before = await one?.resolve(tenant.query());
    expect(await two?.resolve(tenant.query())).toMatchObject({ claim: before?.claim });
    tenant.api.tenant.users.set(USER, { permissions: [], roles: ['Manager'] });
    const after = await two?.resolve(tenant.query({ newerThan: await momentAgo() }));
    expect(after?.claim).not.toBe(before?.claim);
    expect(await three?.resolve(tenant.query())).toMatchObject({ claim: after?.claim });
    expect(tenant.requests).toHaveLength(2);
  });

  it('has a change read again, though what is in the store was read by a process whose clock is ahead', async () => {
    await redis.command('FLUSHALL');
    const tenant = await startTenant();
    const open = () => tenant.open({ store: storeOf(redis.url) });
    const { claim } = await open().resolve(tenant.query());
    const [key = ''] = (await redis.command('KEYS', '*:p:*')) as string[];
    const before = { body: 'B', readAt: Date.now() + 20_000 };
    await redis.command('SET', key, new Sealer(SECRET).seal(nameOf(key), before), 'PX', '55000');
    const resolver = open();
    const kept = await resolver.resolve(tenant.query());
    expect(kept.claim).not.toBe(claim);
    // It has been there for 5 seconds.
    expect(kept.readAt).toBeLessThan(Date.now() - 4900);
    const query = tenant.query({ newerThan: Date.now() - 1000 });
    for (const each of [resolver, open()]) expect((await each.resolve(query)).claim).toBe(claim);
  });

  it('takes nothing from the store that was not written by it', async () => {
    await redis.command('FLUSHALL');
    const tenant = await startTenant();
    const resolve = (options: Partial<ResolverOptions> = {}) =>
      tenant.open({ store: storeOf(redis.url), ...options }).resolve(tenant.query());
    const { claim } = await resolve();
    const sealer = new Sealer(SECRET);
    const forged = { body: 'B', readAt: Date.now() };
    const [key = ''] = (await redis.command('KEYS', '*:p:*')) as string[];
    const good = String(await redis.command('GET', key));
    for (const value of [
      '',
      'garbage',
      '!overflow',
      'B.AAAAAA',
      good.slice(1),
      good.slice(0, -1),
      `${good}.`,
      new Sealer('another secret').seal(nameOf(key), forged),
      // Of another user.
      sealer.seal('another', forged),
      // Of this one, put there again.
      sealer.seal(nameOf(key), { body: 'B', readAt: Date.now() - 120_000 }),
    ]) {
      await redis.command('SET', key, value, 'PX', '60000');
      expect([value, (await resolve()).claim]).toEqual([value, claim]);
    }
    expect(tenant.requests).toHaveLength(11);
    // A time to live that nothing written here can have.
    await redis.command('PEXPIRE', key, '3600000');
    await resolve();
    expect(tenant.requests).toHaveLength(12);
    // Of other tables, the same user is another entry.
    const other = build({ source: [{ event: 'user.app_metadata.permissions' }] });
    expect((await resolve({ tables: other.tables })).claim).not.toBe(claim);
    expect(await redis.command('KEYS', '*:p:*')).toHaveLength(2);
  });

  it('goes on, each process for itself, while the server is gone, and shares again when it is back', async () => {
    const port = await freePort();
    const start = (): ChildProcess => {
      const child = spawn('redis-server', ['--port', String(port), '--save', '', '--bind', '127.0.0.1'], {
        stdio: 'ignore',
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      return child;
    };
    const server = start();
    const url = `redis://127.0.0.1:${port}`;
    const tenant = await startTenant();
    const lines: string[] = [];
    const options = { store: storeOf(url), log: (line: string) => lines.push(line) };
    const resolver = tenant.open(options);
    const isUp = (): Promise<boolean> =>
      vi.waitUntil(
        async () => {
          await resolver.resolve(tenant.query({ newerThan: Date.now() }));
          return lines.length % 2 === 0;
        },
        { timeout: 30_000, interval: 200 },
      );
    await resolver.resolve(tenant.query());
    await isUp();
    lines.length = 0;
    server.kill('SIGKILL');
    await once(server, 'exit');
    const asked = tenant.requests.length;
    await resolver.resolve(tenant.query({ newerThan: await momentAgo() }));
    expect(lines).toEqual(['the store is down: each process asks the tenant for itself']);
    expect(tenant.requests.length).toBe(asked + 1);

    start();
    await isUp();
    expect(lines.at(-1)).toBe('the store is back');
    await resolver.resolve(tenant.query({ newerThan: Date.now() }));
    const [client, count] = [createClient({ url }), tenant.requests.length];
    await client.connect();
    expect(await client.sendCommand(['KEYS', '*:p:*'])).toHaveLength(1);
    client.destroy();
    await tenant.open({ store: storeOf(url) }).resolve(tenant.query());
    expect(tenant.requests.length).toBe(count);
  });

  it('shares its requests a second', async () => {
    await redis.command('FLUSHALL');
    const tenant = await startTenant();
    tenant.api.tenant.know(() => ({ permissions: [], roles: [] }));
    const limited = { requestsPerSecond: 3, timeout: 800 };
    const resolvers = [0, 1, 2, 3].map(() => tenant.open({ store: storeOf(redis.url), ...limited }));
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, i) =>
        resolvers[i % 4]?.resolve(tenant.query({ subject: `auth0|${i}` })).then(
          () => 'read',
          ({ code }: ResolverError) => code,
        ),
      ),
    );
    // Those of two seconds at most: each for itself would have sent twice as many.
    expect(tenant.requests.length).toBeLessThanOrEqual(6);
    expect(answers).toContain('rate_limited');
  });
});
