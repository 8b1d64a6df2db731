import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Clock } from '../src/clock.ts';
import { memoryStore } from '../src/index.ts';
import { CachedToken, contentOf } from '../src/token.ts';
import { ask, form, makeCache, until } from './support/cache.ts';
import { json, startIssuer, type TestIssuer } from './support/issuer.ts';

const RUNS = Number(process.env['CLAIMGEN_RUNS'] ?? 100);
const HOUR = 3600;
let issuer: TestIssuer;

beforeEach(async () => {
  issuer = await startIssuer();
});
afterEach(() => issuer.close());

describe('a cached token', () => {
  it('is refreshed ahead: in the background, once, while the old one is given out', async () => {
    const cache = makeCache(issuer.url);
    const { access_token } = await ask(cache);
    cache.pass(21 * HOUR);
    await ask(cache);
    expect(issuer.grants).toBe(1);
    // 10 % of 24 h, and 2 % more or less.
    cache.pass(1.2 * HOUR);
    issuer.delay = 50;
    const meanwhile = await Promise.all(Array.from({ length: 100 }, () => ask(cache)));
    expect(new Set(meanwhile.map((answer) => answer.access_token))).toEqual(new Set([access_token]));
    await until(async () => (await ask(cache)).access_token !== access_token);
    expect(issuer.grants).toBe(2);
    expect((await ask(cache)).expires_in).toBeGreaterThan(86_390);
  });

  it('is not taken from a store that says of it more time than it ever had, as its clock was set back', async () => {
    const store = memoryStore();
    const { read } = store;
    store.read = async (key) => {
      const kept = await read.call(store, key);
      return kept && { ...kept, left: kept.left + 86_400_000 };
    };
    const [a, b] = [makeCache(issuer.url, { store }), makeCache(issuer.url, { store })];
    const first = await ask(a);
    expect((await ask(b)).access_token).not.toBe(first.access_token);
  });

  it('is not given out in its last seconds where there is another', async () => {
    const cache = makeCache(issuer.url);
    const { access_token } = await ask(cache);
    cache.pass(86_400 - 8);
    const next = await ask(cache);
    expect(next.access_token).not.toBe(access_token);
    expect(next.expires_in).toBeGreaterThan(86_390);
    expect(issuer.grants).toBe(2);
  });

  it('is given out no longer when it expires while its caller waits for the next', async () => {
    const cache = makeCache(issuer.url);
    await ask(cache);
    cache.pass(86_400 - 5);
    issuer.delay = 100;
    issuer.fault = (response) => json(response, 500, {});
    const waiting = ask(cache);
    await until(() => issuer.asked.length === 2);
    cache.pass(10);
    expect((await waiting).status).toBe(503);
  });

  it('of a short life is not asked for at every request', async () => {
    for (const life of [1, 2, 10, 59, 60, 61, 119, 120, 600]) {
      const cache = makeCache(issuer.url);
      issuer.life = life;
      issuer.grants = 0;
      for (let i = 0; i < 20; i += 1) await ask(cache);
      // Within a life of a second, it may end.
      expect(issuer.grants).toBeLessThanOrEqual(life === 1 ? 20 : 1);
      cache.pass(life * 0.45);
      await ask(cache);
      expect(issuer.grants).toBeLessThanOrEqual(life <= 2 ? 21 : 1);
    }
  });

  it('is kept for maxAge at most, and still says how long it is valid', async () => {
    const cache = makeCache(issuer.url, { maxAge: HOUR });
    const { access_token } = await ask(cache);
    cache.pass(0.8 * HOUR);
    const again = await ask(cache);
    expect(again.access_token).toBe(access_token);
    expect(again.expires_in).toBeGreaterThan(86_400 - HOUR);
    cache.pass(0.3 * HOUR);
    expect((await ask(cache)).access_token).not.toBe(access_token);
  });

  it.each([
    ['no expires_in', { expires_in: undefined }],
    ['an expires_in that is no number', { expires_in: 'soon' }],
    ['an expires_in of 0', { expires_in: 0 }],
    ['a negative expires_in', { expires_in: -5 }],
    ['null for expires_in', { expires_in: null }],
    ['a token of another type', { token_type: 'DPoP' }],
    ['no type', { token_type: undefined }],
  ])("is not kept with %s, and its answer is the issuer's", async (_, extra) => {
    const cache = makeCache(issuer.url);
    issuer.extra = extra;
    const first = await ask(cache);
    expect(first.status).toBe(200);
    expect(first.expires_in).toBe('expires_in' in extra ? extra.expires_in : issuer.life);
    expect((await ask(cache)).access_token).not.toBe(first.access_token);
    expect(issuer.grants).toBe(2);
  });

  it('is not kept where it is bound to its sender', async () => {
    const cache = makeCache(issuer.url);
    const bound = (n: number) =>
      [
        'eyJhbGciOiJub25lIn0',
        Buffer.from(JSON.stringify({ n, cnf: { jkt: 'x' } })).toString('base64url'),
        'x',
      ].join('.');
    for (const n of [1, 2]) {
      issuer.extra = { access_token: bound(n) };
      expect((await ask(cache)).access_token).toBe(bound(n));
    }
  });

  it('reads expires_in from a string of digits, which some issuers send', async () => {
    const cache = makeCache(issuer.url);
    issuer.extra = { expires_in: '3600' };
    await ask(cache);
    expect((await ask(cache)).expires_in).toBeGreaterThan(3590);
    expect(issuer.grants).toBe(1);
  });

  it('keeps every other member of the answer', async () => {
    const cache = makeCache(issuer.url);
    issuer.extra = { custom: { a: [1] } };
    await ask(cache);
    expect(await (await cache.handle(form())).json()).toMatchObject({
      custom: { a: [1] },
      token_type: 'Bearer',
    });
  });

  it('is dropped at a refresh that the issuer refuses', async () => {
    for (const status of [401, 403]) {
      const cache = makeCache(issuer.url);
      issuer.fault = undefined;
      await ask(cache);
      issuer.fault = (response) => json(response, status, { error: 'access_denied' });
      cache.pass(23 * HOUR);
      await ask(cache);
      await until(async () => (await ask(cache)).status === status);
    }
  });

  it('never says more than what is left, whatever has happened to the clocks', () => {
    const content = contentOf(
      { access_token: 'x', token_type: 'bearer', expires_in: HOUR },
      Number.POSITIVE_INFINITY,
    );
    if (content === undefined) throw new Error('it is kept');
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e7, max: 1e7 }), { maxLength: 20 }), (steps) => {
        let wall = 1e12;
        const clock = new Clock(() => wall);
        const token = new CachedToken(content, 0, clock.now(), 'digest', clock);
        for (const step of steps) {
          wall += step;
          expect(token.expiresIn).toBeLessThanOrEqual(HOUR);
          expect(token.expiresIn).toBeLessThanOrEqual((content.life - (wall - 1e12)) / 1000);
          if (token.isValid) expect(token.left).toBeGreaterThan(0);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('is due before its end, at moments that differ', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 2_592_000 }), (seconds) => {
        let wall = 1e12;
        const clock = new Clock(() => wall);
        const content = contentOf(
          { access_token: 'x', token_type: 'Bearer', expires_in: seconds },
          Number.POSITIVE_INFINITY,
        );
        if (content === undefined) throw new Error('it is kept');
        const token = new CachedToken(content, 0, clock.now(), 'digest', clock);
        expect(token.isDue).toBe(false);
        const ahead = Math.min(seconds / 2, Math.max(60, seconds * 0.12));
        wall += (seconds - ahead) * 1000 - 1000;
        expect(token.isDue).toBe(false);
        wall += 1000 + Math.min(ahead, Math.max(0, seconds * 0.05)) * 1000;
        expect(token.isDue).toBe(true);
      }),
      { numRuns: RUNS },
    );
    const at = () => {
      const clock = new Clock();
      const content = { fields: {}, life: 1e9, kept: 1e9 };
      let gone = 0.88e9;
      while (!new CachedToken(content, gone, clock.now(), 'd', clock).isDue) gone += 1e6;
      return gone;
    };
    expect(new Set(Array.from({ length: 20 }, at)).size).toBeGreaterThan(1);
  });
});

describe('processes with one store', () => {
  it('ask once for all of them, and refresh once', async () => {
    const store = memoryStore();
    const caches = Array.from({ length: 4 }, () => makeCache(issuer.url, { store }));
    issuer.delay = 100;
    const answers = await Promise.all(
      caches.flatMap((cache) => Array.from({ length: 50 }, () => ask(cache))),
    );
    expect(new Set(answers.map(({ access_token }) => access_token)).size).toBe(1);
    expect(issuer.grants).toBe(1);
  });

  it('look again once they have the lease: whoever had it may have come back with the token', async () => {
    const store = memoryStore();
    const first = makeCache(issuer.url, { store });
    let isFirst = true;
    const late = new Proxy(store, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (name !== 'claim' || typeof member !== 'function')
          return typeof member === 'function' ? member.bind(target) : member;
        return async (key: string, ...rest: unknown[]) => {
          if (key.startsWith('l:') && isFirst) {
            isFirst = false;
            await ask(first);
          }
          return Reflect.apply(member, target, [key, ...rest]);
        };
      },
    });
    const second = makeCache(issuer.url, { store: late });
    expect((await ask(second)).access_token).toBe((await ask(first)).access_token);
    expect(issuer.grants).toBe(1);
  });

  it('wait for who asks as long as a request may take, and say then when to come again', async () => {
    const store = memoryStore();
    const [slow, hasty] = [makeCache(issuer.url, { store }), makeCache(issuer.url, { store, timeout: 150 })];
    issuer.delay = 600;
    const first = ask(slow);
    await until(() => issuer.asked.length === 1);
    const second = await ask(hasty);
    expect([second.status, second.error, second.headers.get('retry-after')]).toEqual([
      503,
      'temporarily_unavailable',
      '1',
    ]);
    const { access_token } = await first;
    expect((await ask(hasty)).access_token).toBe(access_token);
    expect(issuer.grants).toBe(1);
  });

  it('ask again where who had asked did not get a token', async () => {
    const store = memoryStore();
    const [a, b] = [makeCache(issuer.url, { store }), makeCache(issuer.url, { store })];
    issuer.fault = async (response) => {
      issuer.fault = undefined;
      await new Promise((resolve) => setTimeout(resolve, 100));
      response.destroy();
    };
    const first = ask(a);
    await until(() => issuer.asked.length === 1);
    const second = ask(b);
    expect((await first).status).toBe(503);
    expect((await second).status).toBe(200);
  });

  it("forget a client's tokens after a purge, also those that are under way", async () => {
    const store = memoryStore();
    const [a, b] = [makeCache(issuer.url, { store }), makeCache(issuer.url, { store })];
    const { access_token } = await ask(a);
    const other = await ask(a, form({ client_id: 'other', client_secret: 'other-secret-9876543210' }));
    await a.purge('vendor');
    expect((await ask(a)).access_token).not.toBe(access_token);
    expect(
      (await ask(a, form({ client_id: 'other', client_secret: 'other-secret-9876543210' }))).access_token,
    ).toBe(other.access_token);
    // A writer that is late: it was asked before the purge, for a client that nobody had heard of.
    issuer.delay = 150;
    const late = form({ audience: 'late' });
    const before = ask(a, late.clone() as Request);
    await until(() => issuer.asked.length === 4);
    await b.purge('vendor');
    issuer.delay = 0;
    const stale = (await before).access_token;
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await ask(b, late.clone() as Request)).access_token).not.toBe(stale);
    expect((await ask(a, late.clone() as Request)).access_token).not.toBe(stale);
  });

  it('forget the first token of a client that was purged while it was asked for', async () => {
    const cache = makeCache(issuer.url);
    issuer.delay = 100;
    const before = ask(cache);
    await until(() => issuer.asked.length === 1);
    await cache.purge('vendor');
    const { access_token } = await before;
    expect((await ask(cache)).access_token).not.toBe(access_token);
  });
});
