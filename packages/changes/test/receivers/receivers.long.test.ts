import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChangeRecord } from '@claimgen/verifier/changes';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHub } from '../../src/hub/hub.ts';
import { toListener } from '../../src/hub/listener.ts';
import { openMemoryLog } from '../../src/memory-log.ts';
import { changesOfEvent } from '../../src/receivers/cloud-event.ts';
import { fileCursor } from '../../src/receivers/cursor.ts';
import { followEvents } from '../../src/receivers/follow-events.ts';
import { PacedPublisher } from '../../src/receivers/paced-publisher.ts';
import { pollLogs } from '../../src/receivers/poll-logs.ts';
import { NameIndex, type TenantNames } from '../../src/receivers/tenant-names.ts';
import { receiveEventStream, receiveLogStream } from '../../src/receivers/webhook.ts';
import { until } from '../support/follower.ts';
import events from './events.json' with { type: 'json' };
import { logEntry, NAMES } from './tenant.ts';

const secret = 'correct-horse-battery';
const names: TenantNames = {
  sources: { roles: true, managementApi: false, event: [] },
  permissions: NAMES,
  roles: [
    {
      id: 'rol_clerk',
      name: 'Role rol_clerk',
      permissions: [{ api: 'https://orders.acme.example', name: 'orders:refund' }],
    },
  ],
};
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function receiver(log = openMemoryLog()) {
  const options = { secret, log, names, pace: 0 };
  const hub = createHub({
    feed: openMemoryLog(),
    secret,
    routes: [
      receiveLogStream({ ...options, path: '/auth0/logs' }),
      receiveEventStream({ ...options, path: '/auth0/events' }),
    ],
  });
  closing.push(() => hub.close());
  const origin = await serve(toListener(hub.fetch));
  const post = async (path: string, body: string | Buffer, authorization = `Bearer ${secret}`) =>
    (await fetch(`${origin}${path}`, { method: 'POST', body, headers: { authorization } })).status;
  return { log, post, records: async () => (await log.snapshot()).records as ChangeRecord[] };
}

const revoked = (sub: string) =>
  logEntry(
    {
      method: 'delete',
      path: `/api/v2/users/${encodeURIComponent(sub)}/roles`,
      body: { roles: ['rol_clerk'] },
    },
    new Date().toISOString(),
  );
const login = {
  log_id: '1',
  data: { type: 's', date: new Date().toISOString(), user_id: 'auth0|9', log_id: '1' },
};

describe('an event of Auth0', () => {
  it.each(events.map(({ event, changes }) => [event.type, event, changes] as const))(
    '%s changes what the table of the contract says',
    (_, event, changes) => {
      const index = new NameIndex(names);
      const made = changesOfEvent(event, index, Date.now());
      expect(made.map(({ at: _at, by: _by, ...change }) => change)).toEqual(changes);
      for (const { at, by } of made) {
        expect(at).toBe(Date.parse('2025-02-01T12:34:56Z'));
        expect(by).toContain('evt_vjFVP5pVdfvsfRKatshkVV');
      }
      // The Events API has it one level down.
      expect(changesOfEvent({ offset: 'x', event }, index, Date.now())).toEqual(made);
    },
  );
});

describe('a webhook', () => {
  it('takes a log stream in each of its formats', async () => {
    const { post, records } = await receiver();
    const bodies = [
      [revoked('a'), login, revoked('b')].map((entry) => JSON.stringify(entry)).join('\n'),
      JSON.stringify([revoked('c'), login]),
      JSON.stringify(revoked('d')),
      JSON.stringify({ logs: [revoked('e'), login] }),
    ];
    for (const body of bodies) expect(await post('/auth0/logs', body)).toBe(204);
    expect([...new Set((await records()).map(({ sub }) => sub))]).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect((await records()).every(({ lost }) => Array.isArray(lost))).toBe(true);
  });

  it('takes its secret as Auth0 sends it, with and without a scheme, and refuses another', async () => {
    const { post, records } = await receiver();
    expect(await post('/auth0/logs', JSON.stringify(revoked('a')), secret)).toBe(204);
    expect(await post('/auth0/events', JSON.stringify(events[4]?.event), `Bearer ${secret}`)).toBe(204);
    for (const wrong of ['', 'Bearer wrong-wrong-wrong-wrong', `${secret} `.repeat(2)]) {
      expect(await post('/auth0/logs', JSON.stringify(revoked('b')), wrong)).toBe(401);
    }
    expect(new Set((await records()).map(({ sub }) => sub))).toEqual(
      new Set(['a', 'auth0|507f1f77bcf86cd799439020']),
    );
  });

  it('F12: counts the same event once, however often it comes', async () => {
    const { log, post } = await receiver();
    const entry = JSON.stringify(revoked('a'));
    for (let i = 0; i < 3; i += 1) expect(await post('/auth0/logs', entry)).toBe(204);
    const records = (await log.snapshot()).records;
    expect(new Set(records.map((record) => JSON.stringify(record))).size).toBe(2);
  });

  it('F12: answers any bytes with 2xx, 401 or 5xx, and never forgets what has the secret and can not be read', async () => {
    const { post, records } = await receiver();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
          fc.json().map((text) => Buffer.from(text)),
          fc.string().map((text) => Buffer.from(text)),
        ),
        fc.constantFrom('/auth0/logs', '/auth0/events'),
        async (body, path) => {
          expect([204, 401, 500, 503]).toContain(await post(path, body));
        },
      ),
      { numRuns: 200 },
    );
    expect((await records()).some(({ lost }) => lost === '*')).toBe(true);
  });

  it('reads a body that is too long as anything', async () => {
    const { post, records } = await receiver();
    expect(await post('/auth0/logs', Buffer.alloc(3 * 1024 * 1024, 'a'))).toBe(204);
    expect(await records()).toMatchObject([{ lost: '*', gained: '*' }, { out: true }]);
  });

  it('answers 503 while nothing can be stored', async () => {
    const log = openMemoryLog();
    let isDown = true;
    const { post } = await receiver({
      ...log,
      snapshot: () => log.snapshot(),
      read: (after, signal) => log.read(after, signal),
      close: () => log.close(),
      append: async (records) => {
        if (isDown) throw new Error('the disk is full');
        await log.append(records);
      },
    });
    expect(await post('/auth0/logs', JSON.stringify(revoked('a')))).toBe(503);
    expect(await post('/auth0/logs', JSON.stringify(login))).toBe(204);
    isDown = false;
    expect(await post('/auth0/logs', JSON.stringify(revoked('a')))).toBe(204);
  });
});

describe('changes of everything for everyone', () => {
  it('are published at once, then at most one a pause, the latest of them, and nobody is told before', async () => {
    const log = openMemoryLog();
    const publisher = new PacedPublisher(log, { pace: 0.4 });
    const now = Date.now();
    const wide = (at: number) => publisher.publish([{ lost: '*', gained: '*', at }]);
    const at = async () =>
      ((await log.snapshot()).records as ChangeRecord[]).map((record) => record.at - now);
    await wide(now);
    expect(await at()).toEqual([0]);
    const done: number[] = [];
    const waiting = [10, 30, 20].map((later) => wide(now + later).then(() => done.push(later)));
    // What an earlier one has said is done with; somebody's own change is never held back.
    await wide(now - 50);
    await publisher.publish([{ sub: 'a', lost: ['x'], at: now + 5 }]);
    expect(done).toEqual([]);
    expect(await at()).toEqual([0, 5]);
    await Promise.all(waiting);
    expect(await at()).toEqual([0, 5, 30]);
  });

  it('fail for all who wait, and are tried again by the next', async () => {
    let isDown = false;
    const appended: unknown[] = [];
    const publisher = new PacedPublisher(
      {
        append: async (records) => {
          if (isDown) throw new Error('down');
          appended.push(...records);
        },
      },
      { pace: 0.1 },
    );
    await publisher.publish([{ out: true, at: 1 }]);
    isDown = true;
    const failing = Promise.all(
      [2, 3].map((time) => expect(publisher.publish([{ out: true, at: time }])).rejects.toThrow('down')),
    );
    await failing;
    isDown = false;
    await publisher.publish([{ out: true, at: 3 }]);
    expect(appended).toMatchObject([{ at: 1 }, { at: 3 }]);
  });
});

interface Stop {
  readonly stop: AbortController;
  readonly folder: string;
}

function stopper(): Stop {
  const stop = new AbortController();
  const folder = mkdtempSync(join(tmpdir(), 'claimgen-cursor-'));
  closing.push(() => {
    stop.abort();
    rmSync(folder, { recursive: true });
  });
  return { stop, folder };
}

describe('polling the log', () => {
  it('reads on where it was, by pages, and everybody refreshes where that is unknown', async () => {
    const entries: { log_id: string; data: unknown }[] = [];
    let forgotten = -1;
    const asked: string[] = [];
    const issuer = await serve((request, response) => {
      const url = new URL(request.url ?? '', 'http://x');
      asked.push(`${url.search} ${request.headers.authorization}`);
      const from = url.searchParams.get('from');
      const at = entries.findIndex(({ log_id }) => log_id === from);
      if (from !== null && (at < 0 || at < forgotten)) {
        response.writeHead(400).end('{}');
        return;
      }
      const flat = (list: typeof entries) =>
        list.map(({ log_id, data }) => ({ ...(data as object), log_id, _id: log_id }));
      const page =
        from === null
          ? entries.slice(-1)
          : entries.slice(at + 1, at + 1 + Number(url.searchParams.get('take')));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(flat(page)));
    });
    const add = (sub: string) =>
      entries.push({ ...(revoked(sub) as { data: unknown }), log_id: `log${entries.length}` });
    add('before');
    const log = openMemoryLog();
    const { stop, folder } = stopper();
    const records = async () => (await log.snapshot()).records as ChangeRecord[];
    const options = {
      issuer,
      token: async () => 't',
      log,
      names,
      cursor: fileCursor(join(folder, 'cursor')),
      interval: 0.05,
      pace: 0.2,
    };
    const polling = pollLogs({ ...options, signal: stop.signal });
    await until(async () => (await records()).length >= 2);
    expect(await records()).toMatchObject([{ lost: '*' }, { out: true }]);
    for (let i = 0; i < 150; i += 1) add(`u${i}`);
    await until(async () => (await records()).some(({ sub }) => sub === 'u149'));
    expect((await records()).filter(({ aud }) => aud === 'orders').map(({ sub }) => sub)).toEqual(
      Array.from({ length: 150 }, (_, i) => `u${i}`),
    );
    expect(asked[0]).toMatch(/sort=date.* Bearer t$/);
    stop.abort();
    await polling;
    // What happened while nobody asked is read when somebody does.
    add('meanwhile');
    const again = new AbortController();
    closing.push(() => again.abort());
    const second = pollLogs({ ...options, signal: again.signal });
    await until(async () => (await records()).some(({ sub }) => sub === 'meanwhile'));
    expect((await records()).filter(({ lost }) => lost === '*').length).toBe(1);
    forgotten = entries.length + 1;
    await until(async () => (await records()).filter(({ lost }) => lost === '*').length === 2);
    again.abort();
    await second;
  });

  it('goes on after failures, and waits as long as it is told', async () => {
    let failures = 2;
    const times: number[] = [];
    const issuer = await serve((_request, response) => {
      times.push(performance.now());
      failures -= 1;
      if (failures === 1) response.writeHead(429, { 'retry-after': '2' }).end();
      else if (failures >= 0) response.writeHead(500).end();
      else response.writeHead(200).end('[{"_id": "log1", "type": "s"}]');
    });
    const log = openMemoryLog();
    const { stop, folder } = stopper();
    const errors: unknown[] = [];
    const printed = vi.spyOn(console, 'error').mockReturnValue();
    const polling = pollLogs({
      issuer,
      token: async () => 't',
      log,
      names,
      cursor: fileCursor(join(folder, 'c')),
      interval: 0.05,
      signal: stop.signal,
      // One that throws ends nothing.
      onError: (error) => {
        errors.push(error);
        throw error;
      },
    });
    await until(async () => (await log.snapshot()).records.length > 0);
    expect(errors.length).toBe(2);
    expect(printed.mock.calls.flat()).toEqual(errors);
    printed.mockRestore();
    expect((times[1] as number) - (times[0] as number)).toBeGreaterThan(1900);
    stop.abort();
    await polling;
  });
});

describe('following the events', () => {
  it('reads on where it was, also over offsets without events, and everybody refreshes where that is unknown', async () => {
    const asked: { query: URLSearchParams; id: string | undefined }[] = [];
    let isGone = false;
    const issuer = await serve((request, response) => {
      const id = request.headers['last-event-id'] as string | undefined;
      asked.push({ query: new URL(request.url ?? '', 'http://x').searchParams, id });
      if (isGone && id !== undefined) {
        response.writeHead(410).end();
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(':connected\n\nretry: 2000\n\n');
      const data = {
        offset: `o${asked.length}`,
        event: {
          ...events[4]?.event,
          data: { object: { user_id: `user${asked.length}` } },
          time: new Date().toISOString(),
        },
      };
      response.write(
        `event: user.deleted\nid: o${asked.length}\ndata: ${JSON.stringify(data)}\n\n: heartbeat\n\n`,
      );
      response.write(`event: offset-only\nid: p${asked.length}\ndata: {"offset":"p${asked.length}"}\n\n`);
      setTimeout(() => response.end(), 50);
    });
    const log = openMemoryLog();
    const { stop, folder } = stopper();
    const records = async () => (await log.snapshot()).records as ChangeRecord[];
    const cursor = fileCursor(join(folder, 'cursor'));
    const following = followEvents({
      issuer,
      token: async () => 't',
      log,
      names,
      cursor,
      pace: 0.2,
      signal: stop.signal,
      types: ['user.deleted'],
    });
    await until(async () => (await records()).some(({ sub }) => sub === 'user2'));
    expect((await records()).slice(0, 3)).toMatchObject([
      { lost: '*' },
      { out: true },
      { sub: 'user1', out: true },
    ]);
    expect(asked[0]?.query.get('from_timestamp')).toMatch(/^\d{4}-/);
    expect(asked[0]?.query.getAll('event_type')).toEqual(['user.deleted']);
    expect(asked[1]?.id).toBe('p1');
    isGone = true;
    const before = asked.length;
    await until(() => asked.length > before + 1 && asked.at(-1)?.id === undefined);
    stop.abort();
    await following;
    await sleep(0);
  });

  it('makes everybody refresh once more where it had no position and the events could not be asked for longer than it goes back', async () => {
    const start = Date.now();
    let time = start;
    const asked: number[] = [];
    const { stop, folder } = stopper();
    const log = openMemoryLog({ clock: () => new Date(time) });
    const following = followEvents({
      issuer: 'https://acme.eu.auth0.com/',
      token: async () => 't',
      log,
      names,
      cursor: fileCursor(join(folder, 'cursor')),
      pace: 0,
      clock: () => new Date(time),
      signal: stop.signal,
      onError: () => {
        time = start + 600_000;
      },
      fetch: async (input) => {
        asked.push(Date.parse(new URL(String(input)).searchParams.get('from_timestamp') ?? ''));
        if (asked.length === 1) throw new TypeError('fetch failed');
        return new Response(': heartbeat\n\n', { headers: { 'content-type': 'text/event-stream' } });
      },
    });
    await until(() => asked.length === 3);
    stop.abort();
    await following;
    expect(asked).toEqual([start, time, time].map((now) => now - 60_000));
    // No second time: the connection was read until then.
    expect((await log.snapshot()).records.map((record) => (record as ChangeRecord).at)).toEqual(
      [start, start, time, time].map((now) => now + 5000),
    );
  });
});

describe('options of a receiver', () => {
  const log = openMemoryLog();
  const polled = () => ({
    issuer: 'https://acme.eu.auth0.com/',
    token: async () => 't',
    log,
    names,
    cursor: fileCursor('/nowhere'),
    signal: AbortSignal.abort(),
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY, '60'])(
    'that are no numbers of seconds are refused: with %s there would be no pause',
    async (seconds) => {
      const pace = seconds as number;
      const path = '/auth0/logs';
      expect(() => receiveLogStream({ path, secret, log, names, pace })).toThrow(TypeError);
      expect(() => receiveEventStream({ path, secret, log, names, pace })).toThrow(TypeError);
      await expect(followEvents({ ...polled(), pace })).rejects.toThrow('pace must be a number');
      await expect(pollLogs({ ...polled(), interval: pace })).rejects.toThrow('interval must be a number');
      const retention = Number(pace) > 0 ? '86400' : pace;
      await expect(pollLogs({ ...polled(), retention: retention as number })).rejects.toThrow(
        'retention must be a number',
      );
      await pollLogs(polled());
    },
  );

  it('leave no draft of a position that can not be kept', async () => {
    const { folder } = stopper();
    const path = join(folder, 'cursor');
    mkdirSync(path);
    await expect(fileCursor(path).save('1 log1')).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['cursor']);
  });
});
