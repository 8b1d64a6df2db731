import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { VerifierOptions } from '../../src/options.ts';
import { createVerifier } from '../../src/verifier.ts';
import type { Name } from '../support/issuer.ts';
import { ISSUER, keySet, layout, makeToken, NOW, rsaKey } from '../support/issuer.ts';
import type { Log, RunningServer } from './servers.ts';
import { servers } from './servers.ts';

const key = rsaKey('main');
const token = makeToken(key);
const good: VerifierOptions<Name> = {
  issuer: ISSUER,
  layout,
  jwks: keySet(key),
  clock: () => new Date(NOW * 1000),
};
const silent: Log = () => {};

// Whatever is left unhandled would fail the run of these tests, as it would end a process.
describe.each(servers)('%s', (_name, start) => {
  let server: RunningServer | undefined;
  beforeEach(() => {
    // Frameworks print faults.
    vi.spyOn(console, 'error').mockImplementation(() => {});
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await server?.close();
    server = undefined;
  });

  const ask = async (path: string, authorization: string): Promise<number> => {
    const signal = AbortSignal.timeout(5000);
    const response = await fetch(`${server?.url}${path}`, { headers: { authorization }, signal });
    await response.arrayBuffer();
    return response.status;
  };

  const thrown: [string, unknown][] = [
    ['an error', new TypeError('the log is broken')],
    ['a string', 'the log is broken'],
    ['a refusal of its own', Object.assign(new Error('x'), { status: 200 })],
    ['nothing', undefined],
    ['null', null],
    ['an empty string', ''],
    ['the name of what Express does next', 'route'],
  ];
  test.each(thrown)(
    'a log that throws %s makes a 500 of the refusal, and nothing else',
    async (_title, reason) => {
      server = await start(createVerifier(good), () => {
        throw reason;
      });
      const offers = ['', 'Bearer', 'Bearer a.b.c', `Bearer ${token.slice(0, -8)}AAAAAAAA`];
      for (const authorization of offers) expect(await ask('/me', authorization)).toBeGreaterThanOrEqual(500);
      expect(await ask('/orders', `Bearer ${token}`)).toBeGreaterThanOrEqual(500);
      expect(await ask('/me', `Bearer ${token}`)).toBe(200);
      expect(await ask('/open', '')).toBe(200);
    },
  );

  test.each([undefined, null, false, true, {}, { payload: { sub: 'x' } }])(
    'a verifier of another make that resolves to %j lets nobody pass',
    async (answer) => {
      const verify = async () => answer as never;
      server = await start({ ...createVerifier(good), verify }, silent);
      for (const path of ['/me', '/orders']) expect(await ask(path, `Bearer ${token}`)).toBe(500);
    },
  );

  test('a log that is an async function and rejects changes no answer', async () => {
    let told = 0;
    server = await start(createVerifier(good), async () => {
      told += 1;
      throw new TypeError('the log is broken');
    });
    expect(await ask('/me', '')).toBe(401);
    expect(await ask('/orders', `Bearer ${token}`)).toBe(403);
    expect(told).toBe(2);
    await vi.waitFor(() => expect(console.error).toHaveBeenCalledWith(expect.any(TypeError)));
  });

  test.each<[string, () => Date]>([
    [
      'throws',
      () => {
        throw new RangeError('the clock is broken');
      },
    ],
    [
      'throws nothing',
      () => {
        throw undefined;
      },
    ],
    ['gives no date', () => Date.now() as unknown as Date],
  ])('a clock that %s is a 500, with the token in the cache or not', async (_title, broken) => {
    let clock: () => Date = good.clock ?? broken;
    server = await start(createVerifier({ ...good, clock: () => clock() }), silent);
    expect(await ask('/me', `Bearer ${token}`)).toBe(200);
    clock = broken;
    expect(await ask('/me', `Bearer ${token}`)).toBe(500);
    expect(await ask('/me', `Bearer ${makeToken(key, { claims: { jti: 'other' } })}`)).toBe(500);
    clock = good.clock ?? broken;
    expect(await ask('/me', `Bearer ${token}`)).toBe(200);
  });

  test('a clock that gives an invalid date makes no token valid', async () => {
    server = await start(createVerifier({ ...good, clock: () => new Date(Number.NaN) }), silent);
    expect(await ask('/me', `Bearer ${token}`)).toBe(401);
  });

  test('a crypto library that fails is a 503 with Retry-After, which the log is told', async () => {
    const codes: string[] = [];
    server = await start(createVerifier(good), ({ code }) => codes.push(code));
    vi.spyOn(crypto.subtle, 'verify').mockRejectedValue(new Error('the library is broken'));
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${server.url}/me`, { headers });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(await response.json()).toEqual({ error: 'temporarily_unavailable' });
    expect(codes).toEqual(['crypto_failed']);
  });

  const functions: [string, () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error('down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['rejects with nothing', () => Promise.reject(undefined)],
    ['gives something else', () => 'a key'],
    [
      'gives an object that throws',
      () =>
        new Proxy(
          {},
          {
            has: () => {
              throw new Error('no');
            },
            getOwnPropertyDescriptor: () => {
              throw new Error('no');
            },
          },
        ),
    ],
    ['gives a set without keys', () => ({ keys: [] })],
    ['gives a set whose keys are no keys', () => ({ keys: [null, 1, 'x', {}, [], { kty: 'RSA', n: 1n }] })],
    [
      'gives a thenable that throws',
      () =>
        Object.defineProperty({}, 'then', {
          value: () => {
            throw new Error('no');
          },
        }),
    ],
  ];
  test.each(functions)('a key-set function that %s is a 503', async (_title, jwks) => {
    server = await start(createVerifier({ ...good, jwks }), silent);
    expect(await ask('/me', `Bearer ${token}`)).toBe(503);
    expect(await ask('/me', `Bearer ${token}`)).toBe(503);
    expect(await ask('/open', '')).toBe(200);
  });
});
