import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ChangeFeed } from '../../src/changes/frame.ts';
import { Freshness } from '../../src/changes/freshness.ts';
import { checkChanges } from '../../src/changes/options.ts';
import { type StalePolicy, spread } from '../../src/changes/policy.ts';
import type { ChangeRecord } from '../../src/changes/record.ts';
import { records } from './properties.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 200);

const stops: AbortController[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop.abort();
});

/** A feed that gives a frame whenever `records` has some, and a sign of life as long as it is told to. */
function feedOf(): { feed: ChangeFeed; records: unknown[]; live: { on: boolean; frames: number } } {
  const records: unknown[] = [];
  const live = { on: true, frames: 0 };
  const feed: ChangeFeed = {
    async *read(_after, signal) {
      while (!signal.aborted) {
        await sleep(5);
        if (!live.on) continue;
        live.frames += 1;
        yield {
          epoch: 'e',
          from: '',
          to: '1',
          horizon: 0,
          now: Date.now() + live.frames,
          records: [...records],
        };
      }
    },
  };
  return { feed, records, live };
}

/** A feed that delivers each record at once. */
function openLog() {
  let deliver: (record?: ChangeRecord) => void = () => {};
  let to = 0;
  const feed: ChangeFeed = {
    async *read(_after, signal) {
      let next: readonly unknown[] = [];
      while (!signal.aborted) {
        const from = to === 0 ? '' : String(to);
        to += 1;
        yield { epoch: 'e', from, to: String(to), horizon: 0, now: Date.now() + to, records: next };
        next = await new Promise<readonly unknown[]>((resolve) => {
          deliver = (record) => resolve(record === undefined ? [] : [record]);
        });
      }
    },
  };
  return {
    feed,
    async append(record: ChangeRecord) {
      const before = to;
      deliver(record);
      while (to === before) await Promise.resolve();
      // The frame is taken before the next is asked for.
      for (let i = 0; i < 10; i += 1) await Promise.resolve();
    },
  };
}

function make(feed: ChangeFeed, onStale: StalePolicy, log?: (problem: Error) => void) {
  const stop = new AbortController();
  stops.push(stop);
  const checked = checkChanges({ feed, onStale, signal: stop.signal, ...(log !== undefined && { log }) });
  return new Freshness(
    { ...checked, maxStaleness: 200, maxAge: 300 },
    {
      audience: 'orders',
      names: new Set(['orders:read', 'orders:refund']),
      tolerance: 5000,
      now: () => Date.now(),
    },
  );
}

const token = (sub = 'auth0|1', age = 3600) => ({
  sub,
  org: undefined,
  machine: false,
  iat: Math.floor(Date.now() / 1000) - age,
  written: undefined,
});

async function until(isDone: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !isDone(); i += 1) await sleep(5);
  expect(isDone()).toBe(true);
}

describe('the freshness of tokens', () => {
  it('is unknown until the feed has been read, under every policy', async () => {
    for (const policy of ['deny', 'refresh', 'allow'] as const) {
      const { feed, live } = feedOf();
      live.on = false;
      const freshness = make(feed, policy);
      expect(freshness.judge(token()).refusal()).toEqual({ kind: 'unavailable', wait: 5 });
      expect(freshness.report()).toMatchObject({ state: 'starting', lag: undefined });
      live.on = true;
      await freshness.start();
      expect(freshness.isStarted).toBe(true);
      expect(freshness.judge(token()).refusal()).toBeUndefined();
    }
  });

  it('ends for a name, for what the token says of it, and comes back with a token that is newer', async () => {
    const { feed, records } = feedOf();
    const freshness = make(feed, 'deny');
    await freshness.start();
    const old = freshness.judge(token());
    records.push({
      v: 1,
      at: Date.now() - 60_000,
      sub: 'auth0|1',
      lost: ['orders:refund'],
      by: 'ticket 4711',
    });
    await until(() => old.isVoid('orders:refund', true));
    expect(old.staleness('orders:refund', true)).toMatchObject({
      kind: 'stale',
      wait: 0,
      cause: { cause: 'changed', by: 'ticket 4711' },
    });
    expect(old.isVoid('orders:refund', false)).toBe(false);
    expect(old.isVoid('orders:read', true)).toBe(false);
    expect(old.refusal()).toBeUndefined();
    expect(freshness.judge(token('auth0|1', 10)).isVoid('orders:refund', true)).toBe(false);
    // Just changed: the guard, a second of iat and the clocks are waited for.
    records.push({ v: 1, at: Date.now(), sub: 'auth0|1', out: true });
    await until(() => old.refusal() !== undefined);
    const { wait } = old.refusal() as { wait: number };
    expect(wait).toBeGreaterThan(20);
    expect(wait).toBeLessThanOrEqual(26);
  });

  it.each([
    ['deny', { kind: 'unavailable', wait: 5 }, { kind: 'unavailable', wait: 5 }],
    ['refresh', { kind: 'stale', wait: 0, cause: undefined }, undefined],
    ['allow', undefined, undefined],
  ] as const)('while the feed is stale is decided by the policy: %s', async (policy, ofOld, ofNew) => {
    const { feed, live } = feedOf();
    const warnings: Error[] = [];
    const printed = vi.spyOn(console, 'error').mockReturnValue();
    const freshness = make(feed, policy, (problem) => {
      warnings.push(problem);
      throw problem;
    });
    await freshness.start();
    live.on = false;
    await until(() => freshness.report().state === 'stale');
    await until(() => (freshness.report().lag ?? 0) > 0.35);
    expect(freshness.judge(token()).refusal()).toEqual(ofOld);
    expect(freshness.judge(token('auth0|1', 0)).refusal()).toEqual(ofNew);
    expect(warnings.length).toBe(policy === 'allow' ? 1 : 0);
    // A log that throws keeps nobody from passing.
    expect(printed.mock.calls.flat()).toEqual(warnings);
    printed.mockRestore();
    live.on = true;
    await until(() => freshness.judge(token()).refusal() === undefined);
  });

  it('counts the failures of a feed, and survives them', async () => {
    let fails = true;
    const { feed } = feedOf();
    const failing: ChangeFeed = {
      read(after, signal) {
        if (fails) throw new Error('down');
        return feed.read(after, signal);
      },
    };
    const freshness = make(failing, 'deny');
    await until(() => freshness.report().failures >= 2);
    fails = false;
    await until(() => freshness.isStarted);
    expect(freshness.report()).toMatchObject({ state: 'live', onStale: 'deny' });
  });
});

describe('F10: what is kept with a token that was judged before', () => {
  it('is what a token says that is judged now, for every interleaving of records and questions', async () => {
    const steps = fc.array(
      fc.oneof(
        { weight: 1, arbitrary: records.map((record) => ({ record })) },
        { weight: 3, arbitrary: fc.record({ ask: fc.nat(2), later: fc.boolean() }) },
      ),
      { maxLength: 24 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        const log = openLog();
        const freshness = make(log.feed, 'deny');
        await freshness.start();
        const kept = ['auth0|1', 'auth0|2', 'm1@clients'].map((sub) => {
          const of = { ...token(sub), iat: 1_790_000_006, org: 'org_1', machine: sub.endsWith('@clients') };
          return { of, judged: freshness.judge(of) };
        });
        let now = 1_790_000_000;
        for (const step of history) {
          if ('record' in step) await log.append(step.record);
          else {
            if (step.later) now += 0.001;
            const { of, judged } = kept[step.ask] as (typeof kept)[number];
            const passes = judged.passes(now) || judged.refusal(now) === undefined;
            const fresh = freshness.judge(of);
            expect(passes).toBe(fresh.refusal() === undefined);
            for (const name of ['orders:read', 'orders:refund'])
              for (const held of [true, false]) {
                expect(judged.isVoid(name, held)).toBe(fresh.isVoid(name, held));
                expect(judged.staleness(name, held)).toEqual(fresh.staleness(name, held));
              }
          }
        }
      }),
      { numRuns: runs },
    );
  });

  it('does not outlive a feed that has gone stale', async () => {
    const { feed, live } = feedOf();
    const freshness = make(feed, 'deny');
    await freshness.start();
    const judged = freshness.judge(token());
    expect(judged.refusal(1)).toBeUndefined();
    expect(judged.passes(1)).toBe(true);
    live.on = false;
    await until(() => freshness.report().state === 'stale');
    // The clock of a request that comes later says another time.
    expect(judged.passes(2)).toBe(false);
    expect(judged.refusal(2)).toMatchObject({ kind: 'unavailable' });
    expect(judged.passes(2)).toBe(false);
  });
});

describe('users in an outage', () => {
  it('are spread evenly, the same way at every verifier', () => {
    const counts = new Array<number>(20).fill(0);
    for (let i = 0; i < 20_000; i += 1) {
      const place = Math.floor(spread(`auth0|507f1f77bcf86cd7994${String(i).padStart(5, '0')}`) * 20);
      counts[place] = (counts[place] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(800);
    expect(Math.max(...counts)).toBeLessThan(1200);
    expect(spread('auth0|1')).toBe(spread('auth0|1'));
  });
});

describe('the option changes', () => {
  const { feed } = feedOf();

  it.each([
    [{ feed }, /onStale/],
    [{ feed, onStale: 'ignore' }, /onStale/],
    [{ feed: {}, onStale: 'deny' }, /feed/],
    [{ onStale: 'deny' }, /feed/],
    [{ feed, onStale: 'deny', maxStaleness: 5 }, /maxStaleness/],
    [{ feed, onStale: 'deny', maxStaleness: Number.NaN }, /maxStaleness/],
    [{ feed, onStale: 'refresh', maxAge: 1 }, /maxAge/],
    [{ feed, onStale: 'allow', log: 'console' }, /changes\.log must be a function/],
    [{ feed, onStale: 'deny', onstale: 'deny' }, /onstale/],
    [null, /object/],
  ])('refuses %j', (options, words) => {
    expect(() => checkChanges(options as never)).toThrow(words);
    expect(() => checkChanges(options as never)).toThrow(TypeError);
  });
});
