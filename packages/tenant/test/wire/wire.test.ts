import { PLANS } from '@claimgen/simulator/management-api/index';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { readRateLimit, waitBeforeRetry } from '../../src/wire/rate-limit.ts';
import { createWire, type WireEvent, type WireOptions } from '../../src/wire/wire.ts';
import { startStandIn } from '../stand-in.ts';

const NOW = Date.parse('2026-11-26T12:00:00Z');
const tokens = { get: async () => 'token', renew: async () => undefined };

/** A clock that stands still but for sleeping, which takes no time, and tells what was slept. */
function stillClock(): Clock & { readonly slept: number[] } {
  let now = NOW;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
    },
  };
}

/** A wire over answers that come one after another; the last one again and again. */
function wireOver(answers: readonly (() => Response)[], more: Partial<WireOptions> = {}) {
  const clock = stillClock();
  const sent: Request[] = [];
  const transport = async (request: Request): Promise<Response> => {
    const answer = answers[Math.min(sent.length, answers.length - 1)];
    sent.push(request);
    if (answer === undefined) throw new Error('no answer');
    return answer();
  };
  return { clock, sent, wire: createWire({ tokens, clock, transport, random: () => 0, ...more }) };
}

const ok =
  (headers: Readonly<Record<string, string>> = {}) =>
  () =>
    new Response('{}', { headers });
const status =
  (code: number, headers: Readonly<Record<string, string>> = {}) =>
  () =>
    new Response('{}', { status: code, headers });
const refused = () => {
  throw Object.assign(new TypeError('fetch failed'), {
    cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }),
  });
};
const URL = 'https://acme.eu.auth0.com/api/v2/roles?q=secret-query';

describe('the wire', () => {
  it.each([
    ['Retry-After in seconds', { 'retry-after': '7' }, 7_000],
    [
      'a date that is a second away from ours: ours',
      { 'x-ratelimit-reset': String(NOW / 1_000 + 4), date: new Date(NOW - 1_000).toUTCString() },
      4_000,
    ],
    [
      "Retry-After as a date, by the server's own clock",
      { 'retry-after': 'Thu, 26 Nov 2026 09:00:09 GMT', date: 'Thu, 26 Nov 2026 09:00:00 GMT' },
      9_000,
    ],
    ['x-ratelimit-reset, by our clock', { 'x-ratelimit-reset': String(NOW / 1_000 + 4) }, 4_000],
    [
      "x-ratelimit-reset, by the server's clock, which is an hour away",
      { 'x-ratelimit-reset': String(NOW / 1_000 + 3_604), date: new Date(NOW + 3_600_000).toUTCString() },
      4_000,
    ],
    ['both: Retry-After', { 'retry-after': '2', 'x-ratelimit-reset': String(NOW / 1_000 + 60) }, 2_000],
    [
      'Retry-After in no form that there is: the reset',
      { 'retry-after': '3.5', 'x-ratelimit-reset': String(NOW / 1_000 + 4) },
      4_000,
    ],
    [
      'a date in no form that there is: our clock',
      { 'x-ratelimit-reset': String(NOW / 1_000 + 4), date: '5' },
      4_000,
    ],
    ['neither: a second', {}, 800],
    ['nonsense: a second', { 'retry-after': 'soon', 'x-ratelimit-reset': '-5' }, 800],
    ['a reset in the past: a second', { 'x-ratelimit-reset': '5' }, 800],
    ['a wait of days: a quarter of an hour', { 'retry-after': '999999' }, 900_000],
  ])('waits after 429 as it is told: %s', async (_, headers, ms) => {
    const { clock, sent, wire } = wireOver([status(429, headers), ok()]);
    expect((await wire.fetch(URL)).status).toBe(200);
    expect(clock.slept).toEqual([ms]);
    expect(sent).toHaveLength(2);
  });

  it('doubles the wait where nothing is told, up to half a minute, and gives up after eight repeats', async () => {
    const { clock, sent, wire } = wireOver([status(503)]);
    expect((await wire.fetch(URL)).status).toBe(503);
    expect(clock.slept.map((ms) => ms / 0.8)).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
    ]);
    expect(sent).toHaveLength(9);
  });

  it('waits longer by chance, so that many clients do not come at once', () => {
    const limit = readRateLimit(new Headers({ 'retry-after': '10' }), NOW);
    expect([0, 0.5, 1].map((random) => waitBeforeRetry(limit, 1, random))).toEqual([10_000, 11_000, 12_000]);
  });

  it.each([
    ['until the reset', '7', 5_000],
    ['until a plan that is known adds a request', '10', 400],
  ])('pauses every request before the limit is used up: %s', async (_, limit, ms) => {
    const reset = String(NOW / 1_000 + 5);
    const { clock, wire } = wireOver([
      ok({ 'x-ratelimit-limit': limit, 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': reset }),
      ok(),
    ]);
    await wire.fetch(URL);
    expect(clock.slept).toEqual([]);
    await wire.fetch(URL);
    expect(clock.slept).toEqual([ms]);
    expect(wire.rateLimit()).toMatchObject({ limit: Number(limit), remaining: 1 });
  });

  it('sends no more than --rps asks for', async () => {
    const { clock, wire } = wireOver([ok()], { requestsPerSecond: 2 });
    for (let request = 0; request < 5; request++) await wire.fetch(URL);
    expect(clock.now() - NOW).toBe(2_000);
  });

  it.each(['POST', 'PATCH'])(
    'repeats %s after 429 alone: anything else may have been done already',
    async (method) => {
      const body = '{"name":"x"}';
      const limited = wireOver([status(429), status(429), ok()]);
      expect((await limited.wire.fetch(URL, { method, body })).status).toBe(200);
      for (const request of limited.sent) expect(await request.text()).toBe(body);
      for (const code of [500, 502, 503, 504, 408]) {
        const { sent, wire } = wireOver([status(code)]);
        expect((await wire.fetch(URL, { method, body })).status).toBe(code);
        expect(sent).toHaveLength(1);
      }
      const broken = wireOver([refused]);
      await expect(broken.wire.fetch(URL, { method, body })).rejects.toMatchObject({
        code: 'outcome_unknown',
        exitCode: 3,
      });
      expect(broken.sent).toHaveLength(1);
    },
  );

  it.each(['GET', 'DELETE'])(
    'repeats %s after failures of the server and of the connection',
    async (method) => {
      const { sent, wire } = wireOver([refused, status(500), status(502), ok()]);
      expect((await wire.fetch(URL, { method })).status).toBe(200);
      expect(sent).toHaveLength(4);
    },
  );

  it.each([400, 403, 404, 409])('does not repeat after %i', async (code) => {
    const { sent, wire } = wireOver([status(code)]);
    expect((await wire.fetch(URL)).status).toBe(code);
    expect(sent).toHaveLength(1);
  });

  it('gets one new token after 401, and no second one', async () => {
    const renewed: string[] = [];
    const source = {
      get: async () => 'old',
      renew: async (old: string) => {
        renewed.push(old);
        return 'new';
      },
    };
    const { sent, wire } = wireOver([status(401), status(401)], { tokens: source });
    const response = await wire.fetch(URL, { headers: { authorization: 'Bearer old' } });
    expect(response.status).toBe(401);
    expect(renewed).toEqual(['old']);
    expect(sent.map((request) => request.headers.get('authorization'))).toEqual(['Bearer old', 'Bearer new']);
  });

  it('ends before a wait that would end too late', async () => {
    const { clock, wire } = wireOver([status(429, { 'retry-after': '60' })], { timeout: 30_000 });
    await expect(wire.fetch(URL)).rejects.toMatchObject({ code: 'deadline_exceeded', exitCode: 3 });
    expect(clock.slept).toEqual([]);
  });

  it('tells of each answer and each pause, and of nothing secret', async () => {
    const events: WireEvent[] = [];
    const { wire } = wireOver([status(429, { 'retry-after': '1' }), ok()], {
      onEvent: (event) => events.push(event),
    });
    await wire.fetch(URL, { headers: { authorization: 'Bearer the-token' } });
    expect(events).toEqual([
      { kind: 'answer', request: 'GET /api/v2/roles', status: 429 },
      { kind: 'wait', ms: 1_000 },
      { kind: 'answer', request: 'GET /api/v2/roles', status: 200 },
    ]);
  });

  it('keeps to the rate of each plan without being refused again and again', async () => {
    for (const rate of Object.values(PLANS)) {
      const standIn = await startStandIn({ rate, speed: 500 });
      const answers: number[] = [];
      const tenant = await standIn.open({
        onEvent: (event) => event.kind === 'answer' && answers.push(event.status),
      });
      await Promise.all(Array.from({ length: 60 }, () => tenant.reader.roles.list()));
      expect(answers.filter((code) => code === 200)).toHaveLength(60);
      expect(answers.filter((code) => code === 429).length).toBeLessThan(20);
    }
  });
});
