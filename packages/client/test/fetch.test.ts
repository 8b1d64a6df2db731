// createFetch against a model of API and issuer, by a clock that doesn't run by itself (F14).
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createFetch } from '../src/fetch.ts';
import { createWorld, stale, type World } from './issuer.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 60);
const URL = 'https://api.example/orders';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

async function settled<T>(promise: Promise<T>, ms = 300_000): Promise<T> {
  const done = promise.then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );
  await vi.advanceTimersByTimeAsync(ms);
  return (await done)();
}

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

it.each([undefined, null, ''])('rejects a call without a token, and sends nothing: %s', async (none) => {
  const world = createWorld();
  const fetch = createFetch({ ...world, getToken: async () => none as undefined });
  await expect(fetch(URL)).rejects.toThrow('there is no token');
  expect(world.sent).toEqual([]);
});

describe('calls in parallel with a token that is stale', () => {
  it('F14: share one refresh, after the longest Retry-After, and all get the final answer', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ start: fc.nat(3000), latencies: fc.array(fc.nat(400), { minLength: 1 }) }), {
          minLength: 1,
          maxLength: 20,
        }),
        fc.integer({ min: 0, max: 26_000 }),
        async (calls, left) => {
          const world = createWorld();
          await vi.advanceTimersByTimeAsync(1);
          const until = performance.now() + left;
          world.records = [{ at: 0, until }];
          let latencies = 0;
          const all = calls.flatMap(({ latencies: each }) => each);
          world.latency = () => all[latencies++ % all.length] ?? 0;
          const fetch = createFetch(world);
          const answers = await settled(
            Promise.all(
              calls.map(async ({ start }) => {
                await after(start);
                return (await fetch(URL)).status;
              }),
            ),
          );
          expect(answers).toEqual(calls.map(() => 200));
          expect(world.refreshes).toHaveLength(1);
          expect(world.refreshes[0]).toBeGreaterThanOrEqual(until);
          expect(world.sent.length).toBeLessThanOrEqual(2 * calls.length);
        },
      ),
      { numRuns: runs },
    );
  });

  it('F14: lead to a final answer for everybody, whatever changes meanwhile, and never to a loop', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat(120_000), left: fc.nat(26_000) }), { maxLength: 8 }),
        fc.array(fc.nat(200_000), { minLength: 1, maxLength: 30 }),
        fc.array(fc.constantFrom<World['issuer']>('new', 'new', 'same', 'fails', 'login_required'), {
          minLength: 1,
        }),
        fc.array(fc.nat(900), { minLength: 1 }),
        async (records, starts, issuers, latencies) => {
          const world = createWorld();
          const origin = performance.now();
          world.records = records.map(({ at, left }) => ({ at: origin + at, until: origin + at + left }));
          let count = 0;
          world.latency = () => latencies[count++ % latencies.length] ?? 0;
          const fetch = createFetch(world);
          const statuses = settled(
            Promise.all(
              starts.map(async (start, index) => {
                await after(start);
                world.issuer = issuers[index % issuers.length] ?? 'new';
                return (await fetch(URL)).status;
              }),
            ),
            400_000,
          );
          for (const status of await statuses) expect([200, 401]).toContain(status);
          expect(world.sent.length).toBeLessThanOrEqual(2 * starts.length);
          expect(world.refreshes.length).toBeLessThanOrEqual(starts.length);
          // Once all is quiet, and the longest pause is over, a call gets its answer.
          world.issuer = 'new';
          expect(await settled(fetch(URL).then(({ status }) => status))).toBe(200);
        },
      ),
      { numRuns: runs },
    );
  });
});

describe('a refresh that does not help', () => {
  it.each(['same', 'fails'] as const)(
    'is not done again before 5, 10, 20, 40, 80, 80 s: the issuer gives %s',
    async (issuer) => {
      const world = createWorld();
      await vi.advanceTimersByTimeAsync(10);
      world.records = [{ at: 0, until: performance.now() }];
      world.issuer = issuer;
      const fetch = createFetch(world);
      for (let second = 0; second < 300; second++) {
        expect(
          await settled(
            fetch(URL).then(({ status }) => status),
            1000,
          ),
        ).toBe(401);
      }
      const pauses = world.refreshes.map((at, index) =>
        Math.round((at - (world.refreshes[index - 1] ?? at)) / 1000),
      );
      expect(pauses).toEqual([0, 5, 10, 20, 40, 80, 80]);
      // The token that failed is not sent again for it.
      expect([new Set(world.sent).size, world.sent.length]).toEqual([1, 300]);
    },
  );

  it("whose new token is stale as well is the caller's 401, with its Retry-After", async () => {
    const world = createWorld();
    const tokens = new Set<string>();
    const fetch = createFetch({
      ...world,
      fetch: async (_, init) => {
        tokens.add(new Headers(init?.headers).get('authorization') ?? '');
        return stale(3);
      },
    });
    const response = await settled(fetch(URL), 4000);
    expect([response.status, await response.json()]).toEqual([
      401,
      { error: 'unauthorized', reason: 'stale' },
    ]);
    expect([tokens.size, world.refreshes.length]).toEqual([2, 1]);
    // Not at once, though another 401 says so.
    await settled(fetch(URL), 0);
    expect(world.refreshes.length).toBe(1);
  });

  it('counts once for all calls that had its token', async () => {
    const world = createWorld();
    const fetch = createFetch({ ...world, fetch: async () => stale(0) });
    await settled(Promise.all(Array.from({ length: 20 }, () => fetch(URL))), 6000);
    expect(world.refreshes).toHaveLength(1);
    await settled(fetch(URL), 100);
    expect(world.refreshes).toHaveLength(2);
  });

  it('is forgotten after one that helps', async () => {
    const world = createWorld();
    await vi.advanceTimersByTimeAsync(10);
    const recordNow = () => {
      world.records = [{ at: 0, until: performance.now() + 1 }];
    };
    const fetch = createFetch(world);
    const ask = (calls: number, ms: number) =>
      settled(Promise.all(Array.from({ length: calls }, async () => (await fetch(URL)).status)), ms);
    recordNow();
    world.issuer = 'fails';
    await ask(20, 7000);
    await ask(20, 12_000);
    expect(world.refreshes).toHaveLength(2);
    world.issuer = 'new';
    expect(await ask(1, 3000)).toEqual([200]);
    expect(world.refreshes).toHaveLength(3);
    await ask(1, 60_000);
    recordNow();
    world.issuer = 'fails';
    await ask(1, 7000);
    await ask(1, 7000);
    expect(world.refreshes).toHaveLength(5);
  });

  it('because the user is logged out is told once, however many calls wait for it', async () => {
    const world = createWorld();
    await vi.advanceTimersByTimeAsync(10);
    world.records = [{ at: 0, until: performance.now() }];
    world.issuer = 'login_required';
    const told: unknown[] = [];
    const fetch = createFetch({ ...world, onSignedOut: (error) => told.push(error) });
    const calls = await settled(Promise.all([1, 2, 3].map(() => fetch(URL))));
    expect(calls.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(told).toMatchObject([{ error: 'login_required' }]);
  });
});

it('calls that learn of a later change meanwhile make all of them wait for it', async () => {
  const world = createWorld();
  await vi.advanceTimersByTimeAsync(10);
  const start = performance.now();
  world.records = [
    { at: 0, until: start + 3000 },
    { at: start + 1000, until: start + 12_000 },
  ];
  const fetch = createFetch(world);
  const calls = Promise.all(
    [0, 2000].map(async (ms) => {
      await after(ms);
      return (await fetch(URL)).status;
    }),
  );
  expect(await settled(calls)).toEqual([200, 200]);
  expect(world.refreshes).toHaveLength(1);
  expect(world.refreshes[0]).toBeGreaterThanOrEqual(start + 12_000);
});

describe('another tab that has refreshed', () => {
  it('can not be heard of in a page that may use no locks, which refreshes itself', async () => {
    const request = async () => {
      throw new Error('SecurityError');
    };
    vi.stubGlobal('navigator', { locks: { request } });
    onTestFinished(() => void vi.unstubAllGlobals());
    const world = createWorld();
    await vi.advanceTimersByTimeAsync(10);
    world.records = [{ at: 0, until: performance.now() }];
    expect((await settled(createFetch(world)(URL))).status).toBe(200);
    expect(world.refreshes).toHaveLength(1);
  });

  it('too early is not relied on', async () => {
    const world = createWorld();
    await vi.advanceTimersByTimeAsync(10);
    const until = performance.now() + 10_000;
    world.records = [{ at: 0, until }];
    const stored = world.token;
    await settled(world.refreshToken(), 10);
    let looks = 0;
    const fetch = createFetch({ ...world, getToken: async () => (looks++ === 0 ? stored : world.token) });
    expect((await settled(fetch(URL))).status).toBe(200);
    expect(world.refreshes).toHaveLength(2);
    expect(world.refreshes[1]).toBeGreaterThanOrEqual(until);
  });

  it('is relied on: there is no second refresh', async () => {
    const world = createWorld();
    await vi.advanceTimersByTimeAsync(10);
    world.records = [{ at: 0, until: performance.now() }];
    const stored = world.token;
    // This page learns of it when it looks again.
    let looks = 0;
    const fetch = createFetch({ ...world, getToken: async () => (looks++ === 0 ? stored : world.token) });
    await settled(world.refreshToken());
    expect((await settled(fetch(URL))).status).toBe(200);
    expect(world.refreshes).toHaveLength(1);
  });
});

describe('a call', () => {
  it.each([
    [200, {}],
    [401, { reason: 'expired' }],
    [401, { reason: 'invalid' }],
    [401, 'no object'],
    [403, { reason: 'stale' }],
    [503, {}],
  ])("that is answered %i %j is the caller's, and refreshes nothing", async (status, body) => {
    const world = createWorld();
    let calls = 0;
    const fetch = createFetch({
      ...world,
      fetch: async () => {
        calls++;
        return Response.json(body, { status, headers: { 'retry-after': '1' } });
      },
    });
    const response = await settled(fetch(URL));
    expect([response.status, await response.json()]).toEqual([status, body]);
    expect([calls, world.refreshes.length]).toEqual([1, 0]);
  });

  it('that would wait for more than 30 s is answered with its 401 at once', async () => {
    const world = createWorld();
    world.records = [{ at: 0, until: performance.now() + 31_000 }];
    expect(
      await settled(
        createFetch(world)(URL).then(({ status }) => status),
        100,
      ),
    ).toBe(401);
    expect(world.refreshes).toEqual([]);
  });

  it('is sent again with its method and body, of a Request as well', async () => {
    for (const call of [
      (fetch: typeof globalThis.fetch) => fetch(URL, { method: 'POST', body: 'refund' }),
      (fetch: typeof globalThis.fetch) => fetch(new Request(URL, { method: 'POST', body: 'refund' })),
    ]) {
      const world = createWorld();
      await vi.advanceTimersByTimeAsync(10);
      world.records = [{ at: 0, until: performance.now() }];
      expect((await settled(call(createFetch(world)))).status).toBe(200);
      expect(world.sent.map((each) => each.replace(/ \S+ \S+ /, ' '))).toEqual([
        'POST refund',
        'POST refund',
      ]);
    }
  });

  it('with a stream is not sent again', async () => {
    const world = createWorld();
    await vi.advanceTimersByTimeAsync(10);
    world.records = [{ at: 0, until: performance.now() }];
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('refund'));
        controller.close();
      },
    });
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    expect((await settled(createFetch(world)(URL, init))).status).toBe(401);
    expect([world.sent.length, world.refreshes.length]).toEqual([1, 0]);
  });

  it('with anything else that can be read once only is not sent again', async () => {
    async function* parts() {
      yield new TextEncoder().encode('refund');
    }
    for (const body of [parts(), Readable.from(['refund'])]) {
      const world = createWorld();
      await vi.advanceTimersByTimeAsync(10);
      world.records = [{ at: 0, until: performance.now() }];
      const init = { method: 'POST', body, duplex: 'half' } as unknown as RequestInit;
      expect((await settled(createFetch(world)(URL, init))).status).toBe(401);
      expect([world.sent.length, world.refreshes.length]).toEqual([1, 0]);
    }
  });

  it('keeps its own headers, and can be aborted while it waits', async () => {
    const world = createWorld();
    world.records = [{ at: 0, until: performance.now() + 20_000 }];
    const headers: Headers[] = [];
    const fetch = createFetch({
      ...world,
      fetch: (input, init) => {
        headers.push(new Headers(init?.headers));
        return world.fetch(input, init);
      },
    });
    const stop = new AbortController();
    const call = fetch(URL, { headers: { accept: 'text/csv' }, signal: stop.signal });
    const aborted = expect(call).rejects.toThrow('enough');
    await vi.advanceTimersByTimeAsync(1000);
    stop.abort(new Error('enough'));
    await aborted;
    expect(headers.map((each) => each.get('accept'))).toEqual(['text/csv']);
  });

  it('is rejected where there is no token, and the user is told to log in', async () => {
    const told: unknown[] = [];
    const fetch = createFetch({
      ...createWorld(),
      getToken: async () => {
        throw Object.assign(new Error('Login required'), { error: 'login_required' });
      },
      onSignedOut: (error) => told.push(error),
    });
    await expect(settled(fetch(URL))).rejects.toThrow('Login required');
    expect(told).toHaveLength(1);
  });
});
