import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClientOptions } from '../src/index.ts';
import { ask, form, makeCache } from './support/cache.ts';
import { json, startIssuer, type TestIssuer } from './support/issuer.ts';

let issuer: TestIssuer;

beforeEach(async () => {
  issuer = await startIssuer();
});
afterEach(() => issuer.close());

const scoped = (n: number, parameters: Record<string, string> = {}) =>
  form({ scope: `s${n}`, ...parameters });
const other = { client_id: 'other', client_secret: 'other-secret-9876543210' };

describe('a quota', () => {
  it.each(['grantsPerHour', 'grantsPerDay', 'grantsPerMonth'] as const)(
    'of %s holds for a client, however many it asks for at once, and for nobody else',
    async (name) => {
      const cache = makeCache(issuer.url, { quotas: { [name]: 3 } });
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => ask(cache, scoped(n))));
      const refused = answers.filter(({ status }) => status === 429);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
      expect(refused).toHaveLength(17);
      expect(issuer.grants).toBe(3);
      for (const { error, headers } of refused) {
        expect(error).toBe('too_many_requests');
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      }
      expect((await ask(cache, scoped(1, other))).status).toBe(200);
    },
  );

  it('is not used up by tokens that are there', async () => {
    const cache = makeCache(issuer.url, { quotas: { grantsPerHour: 1 } });
    for (let i = 0; i < 10; i += 1) expect((await ask(cache)).status).toBe(200);
  });

  it('is used up by nobody who does not know the secret', async () => {
    const cache = makeCache(issuer.url, { quotas: { grantsPerHour: 1, requestsPerMinute: 2 } });
    for (let i = 0; i < 10; i += 1)
      expect((await ask(cache, form({ client_secret: `guess ${i}` }))).status).toBe(401);
    expect((await ask(cache)).status).toBe(200);
  });

  it('is not used up by what the issuer refuses, or does not answer', async () => {
    const cache = makeCache(issuer.url, { quotas: { grantsPerHour: 1, grantsPerMonth: 1 } });
    for (const status of [500, 400, 403]) {
      issuer.fault = (response) => json(response, status, { error: 'x' });
      expect((await ask(cache, scoped(status))).status).toBe(status === 500 ? 503 : status);
    }
    issuer.fault = undefined;
    expect((await ask(cache)).status).toBe(200);
    expect((await ask(cache, scoped(1))).status).toBe(429);
  });

  it('of requests a minute counts those that are answered with a token', async () => {
    const cache = makeCache(issuer.url, { quotas: { requestsPerMinute: 3 } });
    const statuses = [];
    for (let i = 0; i < 5; i += 1) statuses.push((await ask(cache)).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    expect((await ask(cache, form(other))).status).toBe(200);
    expect(issuer.grants).toBe(2);
  });

  it('may be another one for a client', async () => {
    const cache = makeCache(issuer.url, {
      quotas: { grantsPerHour: 1 },
      clients: {
        other: { grantsPerHour: 2 },
        // Undefined is none of its own.
        vendor: { grantsPerHour: undefined } as unknown as ClientOptions,
      },
    });
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await ask(cache, scoped(n, other))).status);
    for (let n = 0; n < 2; n += 1) statuses.push((await ask(cache, scoped(n))).status);
    expect(statuses).toEqual([200, 200, 429, 200, 429]);
  });

  it('counts what is passed on, too', async () => {
    const cache = makeCache(issuer.url, { quotas: { grantsPerHour: 2 } });
    const statuses = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await ask(cache, form({}, { dpop: 'proof' }))).status);
    expect(statuses).toEqual([200, 200, 429, 429]);
    expect(issuer.grants).toBe(2);
  });

  it('of a month begins again with the next', async () => {
    const cache = makeCache(issuer.url, {
      quotas: { grantsPerMonth: 1, grantsPerHour: 100, grantsPerDay: 100 },
    });
    await ask(cache, scoped(1));
    const { status, headers } = await ask(cache, scoped(2));
    expect(status).toBe(429);
    cache.pass(Number(headers.get('retry-after')) + 1);
    expect((await ask(cache, scoped(2))).status).toBe(200);
  });
});

describe('a refusal by one quota', () => {
  it('does not count for the others', async () => {
    const cache = makeCache(issuer.url, { quotas: { grantsPerMonth: 1, grantsPerHour: 3 } });
    await ask(cache, scoped(0));
    let wait = 0;
    for (let n = 1; n < 10; n += 1) {
      const { status, headers } = await ask(cache, scoped(n));
      expect(status).toBe(429);
      wait = Number(headers.get('retry-after'));
    }
    cache.pass(wait + 1);
    expect((await ask(cache, scoped(1))).status).toBe(200);
  });
});

describe("the tenant's budget", () => {
  it('is told of at 60, 80 and 100 %, once each, and half of it is what one client may have', async () => {
    const cache = makeCache(issuer.url, { budget: 10 });
    const statuses = [];
    for (let n = 0; n < 7; n += 1) statuses.push((await ask(cache, scoped(n))).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    for (let n = 0; n < 5; n += 1) await ask(cache, scoped(n, other));
    expect(cache.logs).toEqual([
      "6 of this month's 10 tokens are used (60 %)",
      "8 of this month's 10 tokens are used (80 %)",
      "10 of this month's 10 tokens are used (100 %)",
    ]);
    expect(cache.events).toContainEqual({ type: 'budget', used: 7, budget: 10 });
  });
});

describe('requests to the issuer', () => {
  it('are bounded, for a client and in all; cached tokens are given out all the same', async () => {
    const cache = makeCache(issuer.url, { quotas: { grantsPerHour: 1000, grantsPerDay: 1000 } });
    await ask(cache);
    issuer.delay = 300;
    const flood = Array.from({ length: 100 }, (_, n) => ask(cache, scoped(n)));
    const second = ask(cache, form(other));
    expect((await ask(cache)).status).toBe(200);
    const answers = await Promise.all(flood);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(32);
    expect(answers.filter(({ status }) => status === 503)).toHaveLength(68);
    expect((await second).status).toBe(200);
    const strangers = Array.from({ length: 400 }, (_, n) => ask(cache, form({ client_id: `c${n}` })));
    expect((await Promise.all(strangers)).filter(({ status }) => status === 401)).toHaveLength(128);
  });

  it('with guessed secrets are not in the way of who knows the secret', async () => {
    const cache = makeCache(issuer.url);
    await ask(cache);
    issuer.delay = 300;
    const guesses = Array.from({ length: 200 }, (_, n) => ask(cache, form({ client_secret: `guess ${n}` })));
    expect((await ask(cache, scoped(1))).status).toBe(200);
    expect((await Promise.all(guesses)).filter(({ status }) => status === 401)).toHaveLength(32);
  });
});
