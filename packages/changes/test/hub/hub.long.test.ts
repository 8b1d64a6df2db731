import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChangeFeed, ChangeFrame, ChangeRecord } from '@claimgen/verifier/changes';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openHttpFeed } from '../../src/http/http-feed.ts';
import { createHub, type Hub, type HubOptions } from '../../src/hub/hub.ts';
import { toListener } from '../../src/hub/listener.ts';
import { openMemoryLog } from '../../src/memory-log.ts';
import { Follower, until } from '../support/follower.ts';
import { readAll, readUntil } from '../support/table.ts';

const secret = 'correct-horse-battery';
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const record = (sub: string, at = Date.now()): ChangeRecord => ({ v: 1, at, sub, lost: ['orders:refund'] });
const subjects = (records: readonly unknown[]) => records.map((entry) => (entry as ChangeRecord).sub);

async function listen(server: Server, port = 0): Promise<string> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/changes`;
}

async function serve(
  feed: ChangeFeed,
  options: Partial<HubOptions> = {},
): Promise<{ url: string; hub: Hub; server: Server }> {
  const hub = createHub({ feed, secret, ...options });
  closing.push(() => hub.close());
  const server = createServer(toListener(hub.fetch));
  const url = await listen(server);
  await until(async () => (await fetch(new URL('/health', url))).status === 200);
  return { url, hub, server };
}

function follower(feed: ChangeFeed, maxStaleness?: number): Follower {
  const made = new Follower(feed, maxStaleness);
  closing.push(() => made.stop());
  return made;
}

/** Between a reader and the hub: connections can be cut, and held up. */
async function proxy(
  target: string,
): Promise<{ url: string; cut: () => void; hold: (isHeld: boolean) => void }> {
  const sockets = new Set<Socket>();
  let isHeld = false;
  const server = createTcpServer((client) => {
    const upstream = connect(Number(new URL(target).port), '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (data) => {
        if (!isHeld) to.write(data);
      });
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  closing.push(() => {
    cut();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/changes`;
  return {
    url,
    cut,
    hold: (held) => {
      isHeld = held;
    },
  };
}

describe('a hub', () => {
  it('serves its log as events and as plain answers', async () => {
    const log = openMemoryLog();
    await log.append([record('a')]);
    const { url } = await serve(log);
    for (const options of [{}, { poll: 1 }]) {
      const feed = openHttpFeed(url, { secret, ...options });
      const reading = readUntil(
        feed,
        (records) => records.length >= 2 && subjects(records).includes(`b${options.poll ?? 0}`),
      );
      await sleep(50);
      await log.append([record(`b${options.poll ?? 0}`)]);
      expect(subjects((await reading).records)).toEqual(
        expect.arrayContaining(['a', `b${options.poll ?? 0}`]),
      );
    }
  });

  it('lets a reader go on where it was, and gives a snapshot to one whose position it does not know', async () => {
    const log = openMemoryLog();
    await log.append([record('a')]);
    const { url } = await serve(log);
    const feed = openHttpFeed(url, { secret });
    const { frames } = await readAll(feed);
    await log.append([record('b')]);
    const after = frames.at(-1) as ChangeFrame;
    const rest = await readUntil(feed, (records) => subjects(records).includes('b'), { after });
    expect(subjects(rest.records)).toEqual(['b']);
    for (const lost of [
      { ...after, epoch: 'é~\n' },
      { ...after, to: '99' },
    ]) {
      const all = await readUntil(feed, (records) => subjects(records).includes('b'), { after: lost });
      expect(all.frames[0]?.from).toBe('');
      expect(subjects(all.records)).toEqual(['a', 'b']);
    }
  });

  it('answers nobody without the secret, whatever they send in its place', async () => {
    const { url } = await serve(openMemoryLog(), { secret: [secret, 'a-second-secret-here'] });
    const status = async (authorization?: string, init?: RequestInit) =>
      (await fetch(url, { ...init, headers: authorization === undefined ? {} : { authorization } })).status;
    expect(await status()).toBe(401);
    for (const wrong of [
      '',
      'Bearer',
      `Bearer ${secret}x`,
      `Bearer ${secret.slice(1)}`,
      `Basic ${secret}`,
      `Bearer ${secret}, Bearer ${secret}`,
    ]) {
      expect(await status(wrong), wrong).toBe(401);
    }
    expect(await status(`Bearer ${secret}`)).toBe(200);
    expect(await status('Bearer a-second-secret-here')).toBe(200);
    expect(await status(`Bearer ${secret}`, { method: 'POST' })).toBe(405);
    await expect(readAll(openHttpFeed(url, { secret: 'not-the-right-secret' }))).rejects.toMatchObject({
      code: 'feed_refused',
    });
    expect(() => createHub({ feed: openMemoryLog(), secret: 'short' })).toThrow(TypeError);
    expect(() => openHttpFeed('http://changes.acme.example/', { secret })).toThrow(/https/);
    // A timer of more than 24 days would fire at once, again and again.
    for (const poll of [0, 2_147_484, Number.POSITIVE_INFINITY, '60' as unknown as number])
      expect(() => openHttpFeed(url, { secret, poll })).toThrow('poll must be a number of seconds');
  });

  it('sends signs of life while its log can be read, and none while it can not', async () => {
    let isReadable = true;
    let now = Date.now();
    const feed: ChangeFeed = {
      async *read(after, signal) {
        let from = after === undefined ? '' : '1';
        while (!signal.aborted) {
          if (!isReadable) throw new Error('the disk is gone');
          now += 1;
          yield { epoch: 'e', from, to: '1', horizon: 0, now, records: [] };
          from = '1';
          await sleep(20);
        }
      },
    };
    const told: unknown[] = [];
    const printed = vi.spyOn(console, 'error').mockReturnValue();
    // One that throws ends nothing.
    const log = (error: unknown) => {
      told.push(error);
      throw error;
    };
    const { url } = await serve(feed, { log });
    const reader = follower(openHttpFeed(url, { secret }), 300);
    await until(() => reader.state.status(performance.now()) === 'live');
    await sleep(500);
    expect(reader.state.status(performance.now())).toBe('live');
    isReadable = false;
    await until(() => reader.state.status(performance.now()) === 'stale');
    isReadable = true;
    await until(() => reader.state.status(performance.now()) === 'live');
    expect(told.length).toBeGreaterThan(0);
    expect(printed.mock.calls.flat()).toEqual(told);
    printed.mockRestore();
  });

  it('loses nothing for readers whose connection is cut again and again', async () => {
    const log = openMemoryLog();
    const { url } = await serve(log);
    const { url: through, cut, hold } = await proxy(url);
    const reader = follower(openHttpFeed(through, { secret }));
    const all: string[] = [];
    for (let i = 0; i < 40; i += 1) {
      const sub = `u${i}`;
      await log.append([record(sub)]);
      all.push(sub);
      if (i % 7 === 3) hold(true);
      if (i % 7 === 5) {
        cut();
        hold(false);
      }
      await sleep(10);
    }
    cut();
    hold(false);
    await until(() => all.every((sub) => reader.isStale(sub)));
    expect(reader.isStale('another')).toBe(false);
  });

  it('holds up neither itself nor others for a reader that does not read', async () => {
    const log = openMemoryLog();
    const { url } = await serve(log);
    const idle = connect(Number(new URL(url).port), '127.0.0.1');
    closing.push(() => idle.destroy());
    idle.write(
      `GET /changes HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${secret}\r\naccept: text/event-stream\r\n\r\n`,
    );
    idle.pause();
    const reader = follower(openHttpFeed(url, { secret }));
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 300; i += 1) {
      await log.append(Array.from({ length: 100 }, (_, j) => record(`u${i}-${j}`)));
      if (i % 50 === 0) await sleep(5);
    }
    await until(() => reader.isStale('u299-99'));
    // What waits for the idle reader is what is in flight, not what was published since.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 * 1024);
  });

  it('tells the same to hundreds of readers', async () => {
    const log = openMemoryLog();
    const { url } = await serve(log);
    const readers = Array.from({ length: 200 }, () => follower(openHttpFeed(url, { secret })));
    await until(() => readers.every(({ state }) => state.status(performance.now()) === 'live'));
    await log.append([record('a')]);
    await until(() => readers.every((reader) => reader.isStale('a')));
  });

  it('survives requests of any form', async () => {
    const { url } = await serve(openMemoryLog());
    const port = Number(new URL(url).port);
    const send = async (text: string): Promise<string> => {
      const socket = connect(port, '127.0.0.1');
      let answer = '';
      socket.on('data', (data) => {
        answer += data;
      });
      socket.on('error', () => {});
      socket.end(text);
      await once(socket, 'close');
      return answer;
    };
    for (const line of [
      'GET //[ HTTP/1.1',
      'GET * HTTP/1.1',
      'OPTIONS * HTTP/1.1',
      'TRACE /changes HTTP/1.1',
      'GET http://[::1/ HTTP/1.1',
      'CONNECT x:1 HTTP/1.1',
      'GET /changes?%ff HTTP/1.1',
      'POST /nothing HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc',
    ]) {
      expect(await send(`${line}\r\nhost: [\r\nconnection: close\r\n\r\n`), line).not.toMatch(
        /^HTTP\/1\.1 (2|500)/,
      );
    }
    expect((await fetch(new URL('/health', url))).status).toBe(200);
  });
});

describe('a feed over HTTP', () => {
  const answers: [what: string, headers: Record<string, string>, body: string | Buffer][] = [
    [
      'is truncated',
      { 'content-type': 'text/event-stream' },
      'data: {"epoch":"e","from":"","to":"1","horizon":0,"now":17900000',
    ],
    ['is no JSON', { 'content-type': 'text/event-stream' }, 'data: hello\n\n'],
    ['is a page', { 'content-type': 'text/html' }, '<h1>Sign in</h1>'],
    [
      'has a frame with a horizon that is none',
      { 'content-type': 'text/event-stream' },
      'data: {"epoch":"e","from":"","to":"1","horizon":null,"now":1,"records":[]}\n\n',
    ],
    [
      'is an event without end',
      { 'content-type': 'text/event-stream' },
      Buffer.alloc(20 * 1024 * 1024, 'data: aaaaaaaaaaaaaaaa'),
    ],
  ];

  it.each(answers)('is never live by an answer that %s', async (_, headers, body) => {
    let asked = 0;
    const url = await listen(
      createServer((_request, response) => {
        asked += 1;
        response.writeHead(200, headers).end(body);
      }),
    );
    const reader = follower(openHttpFeed(url, { secret }));
    await until(() => asked >= 3);
    expect(reader.state.status(performance.now())).toBe('starting');
    expect(reader.table.counts.applied).toBe(0);
  });

  it('takes names and ids of a megabyte, and __proto__, for what they are', async () => {
    const long = 'x'.repeat(1_000_000);
    const hostile = [
      { v: 1, at: Date.now(), sub: '__proto__', lost: [long, '__proto__', 'constructor'] },
      { v: 1, at: Date.now(), sub: 'a', lost: ['orders:refund'], gained: [] },
    ];
    const frame = { epoch: 'e', from: '', to: '1', horizon: 0, now: Date.now(), records: hostile };
    const url = await listen(
      createServer((_request, response) =>
        response
          .writeHead(200, { 'content-type': 'text/event-stream' })
          .write(`data: ${JSON.stringify(frame)}\n\n`),
      ),
    );
    const reader = follower(openHttpFeed(url, { secret }));
    await until(() => reader.isStale('a'));
    expect(reader.isStale('b')).toBe(false);
  });

  it('is not sent elsewhere with its secret', async () => {
    const seen: (string | undefined)[] = [];
    const target = await listen(
      createServer((request, response) => {
        seen.push(request.headers.authorization);
        response.end();
      }),
    );
    const url = await listen(
      createServer((_request, response) => response.writeHead(302, { location: target }).end()),
    );
    await expect(readAll(openHttpFeed(url, { secret }))).rejects.toMatchObject({ code: 'log_unavailable' });
    expect(seen).toEqual([]);
  });

  it('has no sign of life in an answer that a cache repeats', async () => {
    const frame = { epoch: 'e', from: '', to: '1', horizon: 0, now: Date.now(), records: [] };
    let asked = 0;
    const url = await listen(
      createServer((_request, response) => {
        asked += 1;
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ frames: [frame] }));
      }),
    );
    const reader = follower(openHttpFeed(url, { secret, poll: 1 }), 1500);
    await until(() => reader.state.status(performance.now()) === 'live');
    await until(() => asked >= 4);
    expect(reader.state.status(performance.now())).toBe('stale');
  });
});
