import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loginEvent } from '../../src/event/events.ts';
import { type HostOptions, type LoginOptions, loadAction } from '../../src/host/action-host.ts';
import type { LoginResult } from '../../src/host/login-result.ts';

let server: Server;
let origin: string;

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    response.statusCode = url === '/limited' ? 429 : 200;
    response.end(JSON.stringify([method, url, headers['x-a'] ?? null, await textOf(request)]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const tenant = 'https://acme.eu.auth0.com';

function run(body: string, host?: HostOptions, login?: LoginOptions): Promise<LoginResult> {
  const action = loadAction(
    `exports.onExecutePostLogin = async (event, api) => {
      const response = ${body};
      api.accessToken.setCustomClaim('answer', await response.json());
    };`,
    host,
  );
  return action.login(loginEvent(), login);
}

test('an https domain is served by a loopback server', async () => {
  const result = await run(
    `await fetch('${tenant}/api/v2/users?page=0', { method: 'POST', headers: { 'x-a': 'b' }, body: 'text' })`,
    { origins: { [tenant]: origin } },
  );
  expect(result.error).toBeUndefined();
  expect(result.accessTokenClaims['answer']).toEqual(['POST', '/api/v2/users?page=0', 'b', 'text']);
  expect(result.requests).toEqual([{ method: 'POST', url: `${tenant}/api/v2/users?page=0`, status: 200 }]);
});

test('with such a map any other host is unreachable', async () => {
  const result = await run(`await fetch('https://example.com/')`, { origins: {} });
  expect(result).toMatchObject({ outcome: 'failed', error: 'fetch failed' });
  expect(result.requests).toEqual([{ method: 'GET', url: 'https://example.com/' }]);
});

test('without one requests go where they say', async () => {
  const result = await run(`await fetch(new URL('/a', '${origin}'))`);
  expect(result.accessTokenClaims['answer']).toEqual(['GET', '/a', null, '']);
});

test.each(['fetch', 'globalThis.fetch', 'global.fetch'])(
  '%s can be another function, for all logins or for one',
  async (name) => {
    const answering =
      (text: string): typeof fetch =>
      async () =>
        Response.json(text);
    const call = `await ${name}('https://example.com/')`;
    const all = await run(call, { fetch: answering('all') });
    const one = await run(call, { fetch: answering('all') }, { fetch: answering('one') });
    expect([all, one].map(({ accessTokenClaims }) => accessTokenClaims['answer'])).toEqual(['all', 'one']);
  },
);

test('the signal of a request reaches the network', async () => {
  const hanging: typeof fetch = (input) =>
    new Promise((_resolve, reject) => {
      const { signal } = input as Request;
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  const result = await run(`await fetch('https://example.com/', { signal: AbortSignal.timeout(5) })`, {
    fetch: hanging,
  });
  expect(result.error).toMatch(/aborted due to timeout/);
});

test('concurrent logins have their own requests', async () => {
  const action = loadAction(
    `exports.onExecutePostLogin = async (event) => {
      await null;
      await fetch('${tenant}/' + event.user.user_id);
      await fetch('${tenant}/limited');
    };`,
    { origins: { [tenant]: origin } },
  );
  const results = await Promise.all(['a', 'b'].map((id) => action.login(loginEvent({ user: { id } }))));
  expect(results.map(({ requests }) => requests.map(({ url, status }) => [url, status]))).toEqual(
    ['a', 'b'].map((id) => [
      [`${tenant}/${id}`, 200],
      [`${tenant}/limited`, 429],
    ]),
  );
});

test('what the Action assigns to the global object stays with it', async () => {
  const result = await run(
    `(globalThis.leak = 'x', await global.fetch(new Request('https://example.com/' + globalThis.leak)))`,
    { fetch: async (input) => Response.json((input as Request).url) },
  );
  expect(result.accessTokenClaims['answer']).toBe('https://example.com/x');
  expect('leak' in globalThis).toBe(false);
});
