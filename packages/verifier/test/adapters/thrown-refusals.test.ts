import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { VerifierError } from '../../src/errors.ts';
import { isVerifierError } from '../../src/errors.ts';
import { createVerifier } from '../../src/verifier.ts';
import { CLAIM, ISSUER, keySet, layout, makeToken, NOW, rsaKey } from '../support/issuer.ts';
import type { RunningServer } from './thrown-servers.ts';
import { servers } from './thrown-servers.ts';

const key = rsaKey('main');
const token = makeToken(key);
const verifier = createVerifier({
  issuer: ISSUER,
  layout,
  jwks: keySet(key),
  clock: () => new Date(NOW * 1000),
});

describe.each(servers)('%s', (name, start) => {
  let server: RunningServer;
  let logged: VerifierError[] = [];
  const printed = vi.spyOn(console, 'error');

  beforeAll(async () => {
    server = await start(verifier, (error) => logged.push(error));
  });
  beforeEach(() => {
    logged = [];
    printed.mockReset();
    printed.mockImplementation(() => {});
  });
  afterAll(() => server.close());

  const get = (path: string, offered = token): Promise<Response> =>
    fetch(server.url + path, { headers: { authorization: `Bearer ${offered}` } });

  /** What a client sees of a refusal, and what the log was told. */
  const seen = async (path: string): Promise<unknown> => {
    logged = [];
    const response = await get(path);
    const headers = Object.fromEntries(response.headers);
    const { date: _date, 'keep-alive': _alive, 'x-kept': _kept, ...rest } = headers;
    const { status } = response;
    return {
      status,
      headers: rest,
      body: await response.text(),
      logged: logged.map(({ code, message, required, cause }) => ({ code, message, required, cause })),
    };
  };

  const ways = ['/sync', '/async', '/late', '/nested/deep/route', '/prepared'];
  test.each(name === 'Hono' ? ways : [...ways, '/mounted/route'])(
    'a refusal that the handler of %s throws is answered and logged as one of requires',
    async (path) => {
      const required = await seen('/requires');
      expect(required).toMatchObject({
        status: 403,
        headers: {
          'www-authenticate': expect.stringMatching(
            /^Bearer error="insufficient_scope".*scope="orders:write"$/,
          ),
        },
        logged: [
          { code: 'insufficient_scope', required: ['orders:write'], cause: { reason: 'not_granted' } },
        ],
      });
      expect(await seen(path)).toEqual(required);
      // Again, and among others.
      expect(
        await Promise.all(Array.from({ length: 5 }, () => get(path).then(({ status }) => status))),
      ).toEqual(Array(5).fill(403));
      expect(printed).not.toHaveBeenCalled();
    },
  );

  test('headers that are about no body stay', async () => {
    expect((await get('/prepared')).headers.get('x-kept')).toBe('kept');
  });

  test('a handler that catches the error answers by itself, and no log is told', async () => {
    const response = await get('/caught');
    expect([response.status, await response.json()]).toEqual([200, { refused: true }]);
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(logged).toEqual([]);
  });

  test('an answer that had begun is cut off, not ended as if it were whole, and the log is told', async () => {
    const begun = await get('/streaming');
    expect(begun.status).toBe(200);
    const text = begun.text();
    // Hono's stream helper ends what it streams, and prints the error.
    if (name === 'Hono') expect(await text).toBe('begun');
    else {
      await expect(text).rejects.toThrow();
      expect(logged).toMatchObject([{ code: 'insufficient_scope' }]);
    }
    expect((await get('/fine')).status).toBe(200);
  });

  // Nest answers no errors but its own, and makes a 500 of this one.
  if (name !== 'NestJS') {
    test('a token that a handler verifies by itself is refused alike', async () => {
      const expired = makeToken(key, { claims: { exp: NOW - 60 } });
      const response = await get(`/expired?token=${expired}`);
      expect([response.status, await response.json()]).toEqual([
        401,
        { error: 'unauthorized', reason: 'expired' },
      ]);
      expect(response.headers.get('www-authenticate')).toMatch(/reason="expired"$/);
      expect(logged).toMatchObject([{ code: 'token_expired' }]);
    });
  }

  test('an error of another kind is a 500, which no log of refusals is told', async () => {
    expect((await get('/fault')).status).toBe(500);
    expect(logged).toEqual([]);
    expect((await get('/fine')).status).toBe(200);
  });

  test('with the permission all of them pass', async () => {
    const granted = makeToken(key, { claims: { [CLAIM]: ['orders:write'] } });
    expect((await get('/sync', granted)).status).toBe(200);
    expect(logged.filter(isVerifierError)).toEqual([]);
  });
});
