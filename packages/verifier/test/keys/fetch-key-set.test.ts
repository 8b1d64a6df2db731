// One request for a key set: what is asked, and what of the answer counts.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fetchKeySet, UnexpectedStatus } from '../../src/keys/fetch-key-set.ts';
import { checkKeySetOptions } from '../../src/keys/key-set-options.ts';
import { blackHole, fail, KeyServer, serve } from '../support/key-server.ts';

const options = checkKeySetOptions({});
const set = { keys: [] };

let server: KeyServer;
let url: URL;
beforeEach(async () => {
  server = new KeyServer(serve(set));
  url = await server.listen();
});
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  await server.close();
});

describe('the request', () => {
  test('asks for a key set that no cache had kept', async () => {
    let asked: Record<string, unknown> = {};
    server.behaviour = (response, request) => {
      asked = { method: request.method, path: request.url, ...request.headers };
      serve(set)(response, request);
    };
    expect(await fetchKeySet(url, options)).toEqual({ keySet: set, age: 0 });
    expect(asked).toMatchObject({
      method: 'GET',
      path: '/.well-known/jwks.json',
      accept: 'application/json, application/jwk-set+json',
      'cache-control': 'no-cache',
    });
    expect(asked).not.toHaveProperty('authorization');
  });

  const asks = async (): Promise<RequestInit & { cache?: string }> => {
    let asked: RequestInit = {};
    vi.stubGlobal('fetch', async (_: URL, init: RequestInit) => {
      asked = init;
      return Response.json(set);
    });
    await fetchKeySet(url, options);
    return asked;
  };

  test("goes past fetch's own cache, where there may be one", async () => {
    expect(await asks()).toMatchObject({ cache: 'no-store', redirect: 'manual' });
  });

  test('names no cache where the runtime refuses to be told', async () => {
    vi.stubGlobal(
      'Request',
      class {
        constructor(at: URL, init: object) {
          if (at === url && 'cache' in init) throw new Error('The cache field is not implemented.');
        }
      },
    );
    const asked = await asks();
    expect(asked).toMatchObject({ redirect: 'manual', headers: { 'cache-control': 'no-cache' } });
    expect(asked).not.toHaveProperty('cache');
  });

  test('ends with the deadline', async () => {
    server.behaviour = blackHole;
    await expect(fetchKeySet(url, { ...options, deadline: 0.02 })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });

  test.each([
    [5, 5000],
    [0.0012, 2],
  ])('may take %d s, which is %d ms', async (deadline, milliseconds) => {
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal);
    await fetchKeySet(url, { ...options, deadline });
    expect(timeout).toHaveBeenCalledWith(milliseconds);
    timeout.mockRestore();
  });
});

describe('an answer', () => {
  test.each<[number, boolean]>([
    ...[201, 202, 203, 206, 300, 304, 399].map((status): [number, boolean] => [status, false]),
    ...[400, 401, 403, 404, 405, 410, 428, 430, 451, 499].map((status): [number, boolean] => [status, true]),
    ...[408, 429, 500, 502, 503, 599].map((status): [number, boolean] => [status, false]),
  ])('of status %i is no key set, and says that there is none: %j', async (status, isNotThere) => {
    server.behaviour = (response) =>
      response.writeHead(status).end(status === 304 ? '' : JSON.stringify(set));
    await expect(fetchKeySet(url, options)).rejects.toMatchObject({
      message: `expected 200 OK from the key set URL, got ${status}`,
      isNotThere,
    });
    await expect(fetchKeySet(url, options)).rejects.toBeInstanceOf(UnexpectedStatus);
  });

  test.each([301, 302, 303, 307, 308])('that redirects with %i is not followed', async (status) => {
    const asked: (string | undefined)[] = [];
    server.behaviour = (response, request) => {
      asked.push(request.url);
      if (request.url === '/good') serve(set)(response, request);
      else response.writeHead(status, { location: '/good' }).end();
    };
    await expect(fetchKeySet(url, options)).rejects.toMatchObject({ isNotThere: false });
    expect(asked).toEqual(['/.well-known/jwks.json']);
  });

  test('that is no key set is not read', async () => {
    const cancel = vi.fn();
    const body = new ReadableStream({ cancel });
    vi.stubGlobal('fetch', async () => new Response(body, { status: 500 }));
    await expect(fetchKeySet(url, options)).rejects.toBeInstanceOf(UnexpectedStatus);
    expect(cancel).toHaveBeenCalledTimes(1);
    vi.stubGlobal('fetch', async () => new Response(null, { status: 204 }));
    await expect(fetchKeySet(url, options)).rejects.toBeInstanceOf(UnexpectedStatus);
  });

  test('may be as long as maxBytes, and no longer', async () => {
    const { length } = JSON.stringify(set);
    expect((await fetchKeySet(url, { ...options, maxBytes: length })).keySet).toEqual(set);
    await expect(fetchKeySet(url, { ...options, maxBytes: length - 1 })).rejects.toThrow(
      `the key set is longer than ${length - 1} bytes`,
    );
  });

  test('that is no JSON is none', async () => {
    server.behaviour = serve('<html>');
    await expect(fetchKeySet(url, options)).rejects.toBeInstanceOf(SyntaxError);
    server.behaviour = fail(404);
    await expect(fetchKeySet(url, options)).rejects.toMatchObject({ isNotThere: true });
  });
});

describe('the age of an answer', () => {
  const NOW = Date.UTC(2027, 0, 15, 8, 0, 0);
  const ageOf = async (headers: Record<string, string>): Promise<number> => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW });
    vi.stubGlobal('fetch', async () => Response.json(set, { headers }));
    return (await fetchKeySet(url, options)).age;
  };
  const date = (seconds: number): string => new Date(NOW - seconds * 1000).toUTCString();

  test.each<[Record<string, string>, number]>([
    [{}, 0],
    [{ age: '0' }, 0],
    [{ age: '7' }, 7],
    [{ age: '590' }, 590],
    [{ age: '  590 ' }, 590],
    [{ age: '590, 3' }, 590],
    [{ age: '1.9' }, 1],
    [{ age: '-5' }, 0],
    [{ age: 'x5' }, 0],
    [{ age: ', 5' }, 0],
    [{ age: '' }, 0],
    [{ age: '9'.repeat(400) }, Number.POSITIVE_INFINITY],
    // Two seconds of it are left out, as two clocks may differ by as much.
    [{ date: date(0) }, 0],
    [{ date: date(2) }, 0],
    [{ date: date(3) }, 1],
    [{ date: date(602) }, 600],
    [{ date: date(-3600) }, 0],
    [{ date: 'yesterday' }, 0],
    // Date.parse makes dates of these.
    [{ date: '5' }, 0],
    [{ date: 'yesterday 1' }, 0],
    [{ date: 'yesterday', age: '4' }, 4],
    // The greater of both.
    [{ age: '10', date: date(602) }, 600],
    [{ age: '700', date: date(602) }, 700],
    [{ age: '10', date: date(-3600) }, 10],
  ])('with %j is %d s', async (headers, age) => {
    expect(await ageOf(headers)).toBe(age);
  });
});
