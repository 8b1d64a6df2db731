import { setTimeout as sleep } from 'node:timers/promises';
import type { ChangeRecord } from '@claimgen/verifier/changes';
import { createClient, createCluster } from '@redis/client';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChangeLog } from '../../src/log.ts';
import type { StreamClient } from '../../src/valkey/connection.ts';
import { toStreamClient } from '../../src/valkey/connection.ts';
import { initValkeyLog, openValkeyLog, type ValkeyOptions } from '../../src/valkey/valkey-log.ts';
import { readAll, readUntil } from '../support/table.ts';
import {
  type RedisServer,
  startCluster,
  startReplicated,
  startServer,
  stopServers,
  until,
} from './servers.ts';

const key = 'claimgen:changes';
const logs: ChangeLog[] = [];

afterEach(async () => {
  for (const log of logs.splice(0)) await log.close();
  await stopServers();
});

function open({ url }: RedisServer, options: Partial<ValkeyOptions> = {}): ChangeLog {
  const log = openValkeyLog(createClient({ url }), { key, replicas: 0, create: true, ...options });
  logs.push(log);
  return log;
}

const record = (sub: string, at = Date.now()): ChangeRecord => ({ v: 1, at, sub, lost: ['orders:refund'] });
const subjects = (records: readonly unknown[]) => records.map((entry) => (entry as ChangeRecord).sub);

describe('a log in Valkey or Redis', () => {
  it('is made only where that is asked for, and once', async () => {
    const server = await startServer();
    await expect(open(server, { create: false }).append([record('a')])).rejects.toMatchObject({
      code: 'log_missing',
    });
    await expect(open(server, { create: false }).snapshot()).rejects.toMatchObject({ code: 'log_missing' });
    const log = open(server);
    await log.append([record('a')]);
    expect(await log.snapshot()).toMatchObject({ horizon: 0 });
    const client = createClient({ url: server.url });
    await expect(initValkeyLog(client, { key, replicas: 0 })).rejects.toMatchObject({ code: 'log_exists' });
    expect(subjects((await readAll(open(server))).records)).toEqual(['a']);
  });

  it('that could not be made at first is made by the next call, and never once it was there', async () => {
    const server = await startServer();
    let faults = 2;
    const client: StreamClient = {
      async connect() {
        const { send, close } = await toStreamClient(createClient({ url: server.url }), key).connect();
        return {
          close,
          async send(args) {
            // As a server that is loading its data, or is about to be replaced.
            if (args[0] === 'EXISTS' && faults-- > 0) throw new Error('LOADING');
            return send(args);
          },
        };
      },
    };
    const log = openValkeyLog(client, { key, replicas: 0, create: true });
    logs.push(log);
    await expect(log.append([record('a')])).rejects.toMatchObject({ code: 'log_unavailable' });
    await log.append([record('b')]);
    expect(subjects((await log.snapshot()).records)).toEqual(['b']);
    await server.command('DEL', key);
    await expect(log.append([record('c')])).rejects.toMatchObject({ code: 'log_missing' });
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '300', [300]])(
    'is not opened with a deadline of %j',
    (deadline) => {
      const options = { key, deadline } as ValkeyOptions;
      expect(() => openValkeyLog(createClient(), options)).toThrow(/deadline must be/);
    },
  );

  it('is read as it grows, and from where a reader left it', async () => {
    const server = await startServer();
    const [writer, reader] = [open(server), open(server)];
    await writer.append([record('a')]);
    const { frames } = await readAll(reader);
    await writer.append(Array.from({ length: 250 }, (_, i) => record(`b${i}`)));
    const after = frames.at(-1) as { epoch: string; to: string };
    const rest = await readUntil(open(server), (records) => records.length >= 250, { after });
    expect(rest.frames[0]?.from).toBe(after.to);
    expect(subjects(rest.records).slice(0, 2)).toEqual(['b0', 'b1']);
    const reading = readUntil(reader, (records) => subjects(records).includes('c'));
    await sleep(100);
    await writer.append([record('c')]);
    await reading;
  });

  it('reads thousands of entries as a snapshot in parts', async () => {
    const server = await startServer();
    const log = open(server);
    await log.snapshot();
    const client = createClient({ url: server.url });
    await client.connect();
    await Promise.all(
      Array.from({ length: 2500 }, (_, i) =>
        client.sendCommand(['XADD', key, '*', 'records', JSON.stringify([record(`u${i}`)])]),
      ),
    );
    client.destroy();
    const { records, frames } = await readAll(log);
    expect(records.length).toBe(2500);
    expect(frames.map(({ from, to, now }) => [from, to === '', now === 0])).toEqual([
      ['', true, true],
      ['', true, true],
      ['', false, false],
    ]);
    expect((await log.snapshot()).records.length).toBe(2500);
  });

  it('reads what somebody else wrote there as everything', async () => {
    const server = await startServer();
    const log = open(server);
    await log.snapshot();
    for (const fields of [
      ['records', '[{"v":'],
      ['hello', 'world'],
      ['records', '{}'],
    ])
      await server.command('XADD', key, '*', ...fields);
    const { records } = await readAll(log);
    expect(records.length).toBe(3);
    for (const entry of records) {
      expect(entry).toMatchObject({ v: 0 });
      expect(Math.abs((entry as { at: number }).at - Date.now() - 5000)).toBeLessThan(60_000);
    }
  });

  it('forgets what is older than its retention, and its horizon says so', async () => {
    const server = await startServer();
    await open(server).snapshot();
    const old = Date.now() - 200_000;
    await server.command('XADD', key, String(old), 'records', JSON.stringify([record('old', old)]));
    await open(server, { retention: 60 }).append([record('new')]);
    expect(await open(server).snapshot()).toMatchObject({ horizon: old, records: [{ sub: 'new' }] });
    expect(await server.command('XLEN', key)).toBe(1);
  });

  it('loses no record to a publisher whose clock is days ahead', async () => {
    const server = await startServer();
    await open(server).append([record('a')]);
    const clock = () => new Date(Date.now() + 172_800_000);
    await open(server, { clock }).append([record('b')]);
    expect(subjects((await open(server).snapshot()).records)).toEqual(['a', 'b']);
  });

  it('ends for its readers when it is flushed, is not made anew by writers, and refuses old tokens when it is', async () => {
    const server = await startServer();
    const log = open(server);
    await log.append([record('a')]);
    const ending = expect(readUntil(log, () => false)).rejects.toMatchObject({ code: 'log_missing' });
    await sleep(100);
    await server.command('FLUSHALL');
    await ending;
    await expect(log.append([record('b')])).rejects.toMatchObject({ code: 'log_missing' });
    const before = Date.now();
    await initValkeyLog(createClient({ url: server.url }), { key, replicas: 0, lost: true });
    await log.append([record('c')]);
    const { records, horizon } = await log.snapshot();
    expect(subjects(records)).toEqual(['c']);
    expect(horizon).toBeGreaterThanOrEqual(before + 5000);
  });

  it('is read again from its beginning by whoever left it before it was made anew', async () => {
    const server = await startServer();
    const log = open(server);
    const { frames } = await readAll(log);
    await initValkeyLog(createClient({ url: server.url }), { key, replicas: 0, lost: true });
    const again = await readUntil(log, (_, { to }) => to !== '', {
      after: frames.at(-1) as { epoch: string; to: string },
    });
    expect(again.frames[0]?.from).toBe('');
    expect(again.frames[0]?.horizon).toBeGreaterThan(Date.now());
  });

  it('fails within its deadline while the server is stopped, and goes on after', async () => {
    const server = await startServer();
    const log = open(server, { deadline: 300 });
    await log.append([record('a')]);
    const ending = expect(readUntil(log, () => false)).rejects.toMatchObject({ code: 'log_unavailable' });
    await sleep(50);
    server.process.kill('SIGSTOP');
    await expect(log.append([record('b')])).rejects.toMatchObject({ code: 'log_unavailable' });
    await expect(log.snapshot()).rejects.toMatchObject({ code: 'log_unavailable' });
    await ending;
    server.process.kill('SIGCONT');
    await log.append([record('c')]);
    expect(subjects((await log.snapshot()).records)).toContain('c');
  });

  it('waits for a slow server up to its deadline', async () => {
    const server = await startServer();
    const log = open(server);
    await log.append([record('a')]);
    await server.command('CLIENT', 'PAUSE', '500', 'ALL');
    await log.append([record('b')]);
    expect(subjects((await log.snapshot()).records)).toEqual(['a', 'b']);
  });

  it('publishes nothing that only one server has', async () => {
    const alone = await startServer();
    const log = open(alone, { replicas: 1, deadline: 400 });
    await expect(log.append([record('a')])).rejects.toMatchObject({ code: 'not_replicated' });
    await expect(readAll(log)).rejects.toMatchObject({ code: 'log_unavailable' });
  });

  it('keeps what was acknowledged when its server is killed and a replica takes over', async () => {
    const [primary, first, second] = (await startReplicated(2)) as [RedisServer, RedisServer, RedisServer];
    const log = open(primary, { replicas: 2 });
    for (let i = 0; i < 20; i += 1) await log.append([record(`a${i}`)]);
    const { frames } = await readAll(log);
    const ending = expect(readUntil(log, () => false)).rejects.toMatchObject({ code: 'log_unavailable' });
    await sleep(100);
    await primary.kill();
    await ending;
    await expect(log.append([record('b')])).rejects.toMatchObject({ code: 'log_unavailable' });
    await first.command('REPLICAOF', 'NO', 'ONE');
    await second.command('REPLICAOF', '127.0.0.1', String(first.port));
    await until(async () => String(await first.command('INFO', 'replication')).includes('state=online'));
    const promoted = open(first, { replicas: 1 });
    await promoted.append([record('c')]);
    expect(subjects((await promoted.snapshot()).records)).toEqual([
      ...Array.from({ length: 20 }, (_, i) => `a${i}`),
      'c',
    ]);
    // Positions hold on the new primary: nothing has to be read again.
    const after = frames.at(-1) as { epoch: string; to: string };
    const rest = await readUntil(promoted, (records) => records.length > 0, { after });
    expect(rest.frames[0]?.from).toBe(after.to);
    expect(subjects(rest.records)).toEqual(['c']);
  });

  it('is no sign of life when read from a primary that its replicas have left, or from a replica', async () => {
    const [primary, replica] = (await startReplicated(1)) as [RedisServer, RedisServer];
    const log = open(primary, { replicas: 1 });
    await log.append([record('a')]);
    await expect(readAll(open(replica, { replicas: 1 }))).rejects.toMatchObject({ code: 'log_unavailable' });
    await readAll(log);
    replica.process.kill('SIGSTOP');
    // Replicas report every second, and are given three.
    await until(async () => /lag=([4-9]|\d\d)/.test(String(await primary.command('INFO', 'replication'))));
    await expect(readAll(log)).rejects.toMatchObject({ code: 'log_unavailable' });
  });

  it('notices entries that were lost with a server, although a clock behind gives the next ones earlier ids', async () => {
    const server = await startServer();
    const log = open(server);
    await log.append([record('a')]);
    const ahead = Date.now() + 60_000;
    await server.command('XADD', key, String(ahead), 'records', JSON.stringify([record('lost')]));
    const { frames } = await readAll(log);
    await server.command('XDEL', key, `${ahead}-0`);
    await server.command('XSETID', key, '1-0').catch(() => undefined);
    const after = frames.at(-1) as { epoch: string; to: string };
    const again = await readUntil(log, (_, { to }) => to !== '', { after });
    expect(again.frames[0]?.from).toBe('');
    expect(subjects(again.records)).toEqual(['a']);
  });

  it('works on a cluster, where the primary of its key is killed, too', async () => {
    const nodes = await startCluster(3);
    const cluster = createCluster({ rootNodes: nodes.map(({ url }) => ({ url })) });
    const openOn = (replicas: number) => {
      const log = openValkeyLog(cluster, { key, replicas, create: true });
      logs.push(log);
      return log;
    };
    const log = openOn(1);
    for (let i = 0; i < 5; i += 1) await log.append([record(`a${i}`)]);
    const { frames } = await readAll(log);
    const slot = String(await (nodes[0] as RedisServer).command('CLUSTER', 'KEYSLOT', key));
    const table = (await (nodes[0] as RedisServer).command('CLUSTER', 'SLOTS')) as [
      number,
      number,
      [string, number],
    ][];
    const owner = table.find(([from, to]) => Number(slot) >= from && Number(slot) <= to)?.[2][1];
    const primary = nodes.find(({ port }) => port === owner) as RedisServer;
    await primary.kill();
    // Its replica is alone now: what needs one more is not published.
    const promoted = openOn(0);
    await until(async () => {
      await promoted.append([record('b')]);
      return true;
    });
    // While the cluster settles, a reader may find no server: it reads again, as a verifier does.
    let rest: Awaited<ReturnType<typeof readUntil>> | undefined;
    await until(async () => {
      try {
        rest = await readUntil(promoted, (records) => subjects(records).includes('b'), {
          after: frames.at(-1) as { epoch: string; to: string },
        });
        return true;
      } catch (error) {
        if ((error as { code?: string }).code !== 'log_unavailable') throw error;
        return false;
      }
    });
    expect(rest?.frames[0]?.from).toBe(frames.at(-1)?.to);
    expect(subjects((await promoted.snapshot()).records).slice(0, 5)).toEqual(['a0', 'a1', 'a2', 'a3', 'a4']);
    await expect(log.append([record('c')])).rejects.toMatchObject({ name: 'ChangesError' });
  });

  it('takes any client by three functions', async () => {
    const server = await startServer();
    let opened = 0;
    const log = openValkeyLog(
      {
        async connect() {
          opened += 1;
          const client = createClient({ url: server.url, RESP: 2 });
          client.on('error', () => {});
          await client.connect();
          return {
            send: (args: readonly string[]) => client.sendCommand([...args]),
            close: () => client.destroy(),
          };
        },
      },
      { key, replicas: 0, create: true },
    );
    logs.push(log);
    await log.append([record('a')]);
    expect(subjects((await readAll(log)).records)).toEqual(['a']);
    expect(opened).toBe(2);
  });
});
