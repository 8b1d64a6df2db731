// DPoP over HTTP, in every framework: schemes and headers, challenges, URLs behind proxies, guards that ask twice.
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import type { ExecutionContext } from '@nestjs/common';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { authenticate as authenticateLambda, createAuthorizer } from '../../src/adapters/aws.ts';
import { authenticate as authenticateExpress } from '../../src/adapters/express.ts';
import { authenticate as authenticateFastify } from '../../src/adapters/fastify.ts';
import { authenticate as authenticateHono } from '../../src/adapters/hono.ts';
import { createGuard } from '../../src/adapters/nestjs.ts';
import { authenticate as authenticateNode } from '../../src/adapters/node.ts';
import type { VerifierError } from '../../src/errors.ts';
import type { VerifierOptions } from '../../src/options.ts';
import { createNonces } from '../../src/proofs/nonces.ts';
import { createVerifier } from '../../src/verifier.ts';
import { dpopClient } from '../support/dpop-client.ts';
import type { Name } from '../support/issuer.ts';
import { CLAIM, ISSUER, keySet, layout, makeToken, NOW, rsaKey } from '../support/issuer.ts';
import type { RunningServer } from './servers.ts';
import { servers } from './servers.ts';

const key = rsaKey('main');
const client = dpopClient(key);
const writer = dpopClient(key, { claims: { [CLAIM]: ['orders:write'] } });
const unbound = makeToken(key);
const verifierWith = (more: Partial<VerifierOptions<Name>> = {}) =>
  createVerifier({
    issuer: ISSUER,
    layout,
    jwks: keySet(key),
    clock: () => new Date(NOW * 1000),
    senderConstrained: 'verify',
    ...more,
  });

interface Answer {
  readonly status: number;
  readonly body: string;
  header(name: string): string | undefined;
}

/** Sends headers as they are given, also what no client library would. */
async function send(
  url: string,
  headers: readonly (readonly [string, string])[],
  path = '/me',
): Promise<Answer> {
  const { hostname, port, host } = new URL(url);
  const lines = headers.some(([name]) => name === 'Host') ? headers : [['Host', host] as const, ...headers];
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}Connection: close\r\n\r\n`,
  );
  let text = '';
  for await (const chunk of socket) text += chunk;
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const found = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1];
  return { status: Number(head.split(' ')[1]), body: rest.join('\r\n\r\n'), header: found };
}

describe.each(servers)('%s', (_name, start) => {
  let server: RunningServer;
  let proxied: RunningServer;
  let nonces: RunningServer;
  let logged: VerifierError[] = [];
  const log = (error: VerifierError) => void logged.push(error);
  beforeAll(async () => {
    server = await start(verifierWith(), log);
    proxied = await start(verifierWith(), log, { url: 'https://api.acme.example/v1/' });
    nonces = await start(verifierWith({ dpop: { nonces: createNonces() } }), log);
  });
  beforeEach(() => {
    logged = [];
  });
  afterAll(async () => {
    for (const each of [server, proxied, nonces]) await each.close();
  });

  const proof = (path = '/me', base = server.url) => client.prove({ claims: { htu: `${base}${path}` } });
  const bound = ['Authorization', `DPoP ${client.token}`] as const;

  test('a token with its proof passes, and each proof once', async () => {
    for (let times = 0; times < 3; times += 1) {
      const dpop = proof();
      const answer = await send(server.url, [bound, ['DPoP', dpop]]);
      expect([answer.status, JSON.parse(answer.body).read]).toEqual([200, true]);
      const again = await send(server.url, [bound, ['DPoP', dpop]]);
      expect(again.status).toBe(401);
      expect(again.header('www-authenticate')).toMatch(/^DPoP error="invalid_dpop_proof",.* algs="ES256"$/);
    }
    expect(logged.map(({ code }) => code)).toEqual(Array(3).fill('proof_replayed'));
  });

  test('the scheme in any case, and a query, do not matter', async () => {
    for (const scheme of ['dpop', 'DPOP', 'DPoP  ']) {
      const headers = [['authorization', `${scheme} ${client.token}`] as const, ['dpop', proof()] as const];
      expect((await send(server.url, headers, '/me?page=2&htu=x')).status).toBe(200);
    }
  });

  test('a token that is not bound passes as a bearer token', async () => {
    for (const _ of [1, 2])
      expect((await send(server.url, [['Authorization', `Bearer ${unbound}`]])).status).toBe(200);
  });

  test('both schemes are offered to who has no token', async () => {
    for (const headers of [[], [['Authorization', 'Basic dXNlcjpwYXNz']], [['DPoP', proof()]]] as const) {
      const answer = await send(server.url, headers);
      expect([answer.status, answer.header('www-authenticate')]).toEqual([401, 'Bearer, DPoP algs="ES256"']);
    }
  });

  test('what is not one token with one proof is refused', async () => {
    const [one, two] = [proof(), proof()];
    const cases: [number, string, readonly (readonly [string, string])[]][] = [
      [401, 'binding_refused', [['Authorization', `Bearer ${client.token}`]]],
      [
        400,
        'request_malformed',
        [
          ['Authorization', `Bearer ${client.token}`],
          ['DPoP', one],
        ],
      ],
      [
        400,
        'request_malformed',
        [
          ['Authorization', `Bearer ${unbound}`],
          ['DPoP', one],
        ],
      ],
      [
        401,
        'binding_refused',
        [
          ['Authorization', `DPoP ${unbound}`],
          ['DPoP', one],
        ],
      ],
      [401, 'proof_missing', [bound]],
      [401, 'proof_refused', [bound, ['DPoP', '']]],
      [401, 'proof_refused', [bound, ['DPoP', 'x']]],
      [401, 'proof_refused', [bound, ['DPoP', one], ['DPoP', two]]],
      [401, 'proof_refused', [bound, ['DPoP', one], ['dpop', one]]],
      [401, 'proof_refused', [bound, ['DPoP', `${one}, ${two}`]]],
      [400, 'request_malformed', [bound, ['Authorization', `Bearer ${unbound}`], ['DPoP', one]]],
      [400, 'request_malformed', [['Authorization', `Bearer ${unbound}`], bound, ['DPoP', one]]],
      [400, 'request_malformed', [['Authorization', `Bearer ${unbound}`], bound]],
      [400, 'request_malformed', [bound, bound, ['DPoP', one]]],
      [
        400,
        'request_malformed',
        [
          ['Authorization', `DPoP ${client.token}, Bearer ${unbound}`],
          ['DPoP', one],
        ],
      ],
      [
        400,
        'request_malformed',
        [
          ['Authorization', 'DPoP'],
          ['DPoP', one],
        ],
      ],
      [
        400,
        'request_malformed',
        [
          ['Authorization', `DPoP dpop ${client.token}`],
          ['DPoP', one],
        ],
      ],
      [
        401,
        'token_malformed',
        [
          ['Authorization', 'DPoP x'],
          ['DPoP', one],
        ],
      ],
      [
        401,
        'token_missing',
        [
          ['Authorization', `DPoPx ${client.token}`],
          ['DPoP', one],
        ],
      ],
      [401, 'proof_refused', [bound, ['DPoP', proof('/orders')]]],
      [401, 'proof_refused', [bound, ['DPoP', proof('/me', server.url.replace('http:', 'https:'))]]],
      [
        401,
        'proof_refused',
        [bound, ['DPoP', client.prove({ claims: { htu: `${server.url}/me`, htm: 'POST' } })]],
      ],
    ];
    for (const [status, code, headers] of cases) {
      logged = [];
      const answer = await send(server.url, headers);
      const seen = logged.map((error) => error.code);
      expect([headers, answer.status, seen]).toEqual([headers, status, [code]]);
    }
    // None of it used the proof up.
    expect((await send(server.url, [bound, ['DPoP', one]])).status).toBe(200);
  });

  test('no header of a proxy changes the URL', async () => {
    const headers = [
      ['X-Forwarded-Proto', 'https'],
      ['X-Forwarded-Host', 'api.acme.example'],
      ['X-Forwarded-Port', '443'],
      ['Forwarded', 'host=api.acme.example;proto=https'],
    ] as const;
    const elsewhere = proof('/me', 'https://api.acme.example');
    expect((await send(server.url, [bound, ['DPoP', elsewhere], ...headers])).status).toBe(401);
    expect((await send(server.url, [bound, ['DPoP', proof()], ...headers])).status).toBe(200);
  });

  test('a Host header is a host and no more', async () => {
    for (const host of [
      'evil.example/me?',
      'evil.example#',
      'a@b',
      'a b',
      '',
      'x:99999',
      '[::1',
      'a\\b',
      '1.2.3.4.5.6',
    ]) {
      const dpop = client.prove({ claims: { htu: 'http://evil.example/me' } });
      const { status } = await send(server.url, [['Host', host], bound, ['DPoP', dpop]]);
      // Node, or the framework, refuses some of them itself.
      expect([host, status]).toEqual([host, expect.toBeOneOf([400, 401])]);
    }
  });

  test('behind a proxy the URL is the one that was told', async () => {
    const dpop = (path: string, base: string) => client.prove({ claims: { htu: `${base}${path}` } });
    for (const [base, path, status] of [
      ['https://api.acme.example/v1', '/me', 200],
      ['https://api.acme.example', '/me', 401],
      ['https://api.acme.example/v1', '/orders', 401],
      [proxied.url, '/me', 401],
    ] as const)
      expect([base, (await send(proxied.url, [bound, ['DPoP', dpop(path, base)]])).status]).toEqual([
        base,
        status,
      ]);
    // A path that begins like a host stays a path.
    const tricky = await send(
      proxied.url,
      [bound, ['DPoP', dpop('/me', 'https://evil.example')]],
      '//evil.example/me',
    );
    expect(tricky.status).not.toBe(200);
  });

  test('a missing permission is a 403 with the challenge of the scheme', async () => {
    const dpop = client.prove({ claims: { htu: `${server.url}/orders` } });
    const answer = await send(server.url, [bound, ['DPoP', dpop]], '/orders');
    expect(answer.status).toBe(403);
    expect(answer.header('www-authenticate')).toMatch(
      /^DPoP error="insufficient_scope",.*scope="orders:write", algs="ES256"$/,
    );
    const bearer = await send(server.url, [['Authorization', `Bearer ${unbound}`]], '/orders');
    expect(bearer.header('www-authenticate')).toMatch(
      /^Bearer error="insufficient_scope",.*, DPoP algs="ES256"$/,
    );
    const granted = writer.prove({ claims: { htu: `${server.url}/orders` } });
    const headers = [['Authorization', `DPoP ${writer.token}`] as const, ['DPoP', granted] as const];
    expect((await send(server.url, headers, '/orders')).status).toBe(200);
  });

  test('a nonce is handed out, and passes', async () => {
    const claims = { htu: `${nonces.url}/me` };
    const first = await send(nonces.url, [bound, ['DPoP', client.prove({ claims })]]);
    expect(first.status).toBe(401);
    expect(first.header('www-authenticate')).toMatch(/^DPoP error="use_dpop_nonce",/);
    const nonce = first.header('dpop-nonce');
    expect(nonce).toMatch(/^[\w-]{43}$/);
    const second = await send(nonces.url, [bound, ['DPoP', client.prove({ claims: { ...claims, nonce } })]]);
    expect(second.status).toBe(200);
  });
});

test('an authenticate, or a guard, that is asked twice for a request takes its proof once', async () => {
  const htu = 'http://api.acme.example/me';
  const headers = () => ({ authorization: `DPoP ${client.token}`, dpop: client.prove({ claims: { htu } }) });
  const verifier = verifierWith();

  const hono = authenticateHono(verifier);
  const app = new Hono()
    .use(hono)
    .use('/me', authenticateHono(verifier))
    .get('/me', (c) => c.text('me'));
  const sent = headers();
  expect((await app.request(htu, { headers: sent })).status).toBe(200);
  expect((await app.request(htu, { headers: sent })).status).toBe(401);

  const guard = createGuard(verifier);
  const contextOf = (given: object) =>
    ({
      getType: () => 'http',
      switchToHttp: () => ({
        getRequest: () => given,
        getResponse: () => ({ getHeaders: () => ({}), header() {}, removeHeader() {} }),
      }),
    }) as unknown as ExecutionContext;
  const nodeRequest = (given: object) => ({
    method: 'GET',
    url: '/me',
    headers: { host: 'api.acme.example', ...given },
  });
  const [one, two] = [nodeRequest(sent), nodeRequest(headers())];
  await expect(guard().canActivate(contextOf(one))).rejects.toMatchObject({ code: 'proof_replayed' });
  // Resolvers of GraphQL run side by side.
  expect(
    await Promise.all([
      guard().canActivate(contextOf(two)),
      guard('orders:read').canActivate(contextOf(two)),
    ]),
  ).toEqual([true, true]);
  await expect(guard().canActivate(contextOf({ ...two }))).rejects.toMatchObject({ code: 'proof_replayed' });
  // What is no request over HTTP proves nothing.
  const message = { headers: headers() };
  await expect(guard().canActivate(contextOf(message))).rejects.toMatchObject({ code: 'request_malformed' });
});

test('a part of an Express app that is mounted elsewhere, and a Fastify server that rewrites URLs, know the URL of the client', async () => {
  const verifier = verifierWith();
  const auth = authenticateExpress(verifier);
  const inner = express
    .Router()
    .use(auth)
    .get('/me', (_request, response) => void response.end('me'));
  const mounted = express().use('/api', inner).listen(0, '127.0.0.1');
  await new Promise((resolve) => mounted.once('listening', resolve));
  const fastify = Fastify({ rewriteUrl: (request) => request.url?.replace('/api', '') ?? '/' });
  await fastify.register(authenticateFastify(verifier));
  fastify.get('/me', async () => 'me');
  await fastify.listen({ host: '127.0.0.1', port: 0 });
  try {
    for (const { port } of [mounted.address(), fastify.server.address()] as AddressInfo[]) {
      const base = `http://127.0.0.1:${port}`;
      const ask = (path: string) =>
        send(
          base,
          [
            ['Authorization', `DPoP ${client.token}`],
            ['DPoP', client.prove({ claims: { htu: `${base}${path}` } })],
          ],
          '/api/me',
        );
      expect((await ask('/api/me')).status).toBe(200);
      expect((await ask('/me')).status).toBe(401);
    }
  } finally {
    mounted.close();
    await fastify.close();
  }
});

describe('Lambda', () => {
  const verifier = verifierWith();
  const handler = authenticateLambda(verifier, async (_event, access) => access.subject);
  const base = 'https://x1.execute-api.eu-west-1.amazonaws.com';
  const headers = (path: string, origin = base) => ({
    Authorization: `DPoP ${client.token}`,
    DPoP: client.prove({ claims: { htu: `${origin}${path}` } }),
  });
  const domainName = new URL(base).host;
  const rest = (path: string) => ({
    httpMethod: 'GET',
    path: '/me',
    headers: headers(path),
    multiValueHeaders: Object.fromEntries(
      Object.entries(headers(path)).map(([name, value]) => [name, [value]]),
    ),
    requestContext: { domainName, path: '/prod/me' },
  });
  const httpApi = (path: string) => ({
    version: '2.0',
    rawPath: '/dev/me',
    headers: headers(path),
    requestContext: { domainName, http: { method: 'GET', path: '/dev/me' } },
  });

  test('events of REST and HTTP APIs tell method and URL', async () => {
    expect(await handler(rest('/prod/me'), {})).toBe('auth0|5f7c8ec7c33c6c004bbafe82');
    expect(await handler(httpApi('/dev/me'), {})).toBe('auth0|5f7c8ec7c33c6c004bbafe82');
    expect(await handler(rest('/me'), {})).toMatchObject({ statusCode: 401 });
    expect(await handler(httpApi('/me'), {})).toMatchObject({ statusCode: 401 });
    const event = { ...rest('/prod/me'), multiValueHeaders: { authorization: ['DPoP a', 'Bearer b'] } };
    expect(await handler(event, {})).toMatchObject({ statusCode: 400 });
  });

  test('of a load balancer the URL has to be told', async () => {
    const event = (path: string, origin: string) => ({
      httpMethod: 'GET',
      path: '/me',
      headers: headers(path, origin),
    });
    await expect(handler(event('/me', base), {})).rejects.toThrow(/option url is required/);
    const told = authenticateLambda(verifier, async () => 'ok', { url: 'https://api.acme.example' });
    expect(await told(event('/me', 'https://api.acme.example'), {})).toBe('ok');
    const byFunction = authenticateLambda(verifier, async () => 'ok', {
      url: () => 'https://api.acme.example/all',
    });
    expect(await byFunction(event('/all', 'https://api.acme.example'), {})).toBe('ok');
  });

  test('an authorizer, whose answer serves other requests, takes no token that is bound', async () => {
    const authorizer = createAuthorizer(verifier);
    const event = { type: 'REQUEST', methodArn: 'arn:aws:execute-api:eu-west-1:1:x1/prod/GET/me' };
    await expect(authorizer({ ...event, headers: headers('/me') })).rejects.toThrow('Unauthorized');
    const bearer = { ...event, headers: { authorization: `Bearer ${client.token}` } };
    await expect(authorizer(bearer)).rejects.toThrow('Unauthorized');
    expect(await authorizer({ ...event, headers: { authorization: `Bearer ${unbound}` } })).toMatchObject({
      policyDocument: { Statement: [{ Effect: 'Allow' }] },
    });
  });
});

describe('options', () => {
  const plain = verifierWith({ senderConstrained: 'refuse' });
  const makers: Record<string, (verifier: typeof plain, options: object) => unknown> = {
    express: authenticateExpress,
    fastify: authenticateFastify,
    hono: authenticateHono,
    nestjs: createGuard,
    node: (verifier, options) => authenticateNode(verifier, () => {}, options),
    aws: (verifier, options) => authenticateLambda(verifier, async () => {}, options),
  };
  test.each(Object.entries(makers))('that can not work are refused: %s', (_name, make) => {
    for (const options of [{ url: 'https://api.acme.example' }, { certificate: 'x-cert' }])
      expect(() => make(plain, options)).toThrow(/url and certificate are for a verifier/);
    const verifying = verifierWith();
    for (const url of [
      1,
      null,
      '',
      '/x',
      'api.acme.example',
      'https:x',
      'ftp://x',
      'https://u:p@x',
      'https://x?y',
      'https://x#',
    ])
      expect(() => make(verifying, { url })).toThrow(/url must be an absolute URL/);
    for (const certificate of [1, null, '', 'a b', 'a:b'])
      expect(() => make(verifying, { certificate })).toThrow(/certificate must be/);
    for (const good of [{ url: 'http://localhost:3000' }, { url: () => '' }, { certificate: () => '' }])
      expect(() => make(verifying, good)).not.toThrow();
  });
});

test('a request without a token passes where that is optional, and one with a bound token does not without its proof', async () => {
  const auth = authenticateHono(verifierWith(), { optional: true });
  const app = new Hono().use(auth).get('/me', (c) => c.text(auth.accessOf(c)?.subject ?? 'nobody'));
  app.get('/orders', auth.requires('orders:read'), (c) => c.text('orders'));
  const ask = async (headers: Record<string, string>) => {
    const response = await app.request('http://localhost/me', { headers });
    return [response.status, response.status === 200 ? await response.text() : ''];
  };
  expect(await ask({})).toEqual([200, 'nobody']);
  const denied = await app.request('http://localhost/orders');
  expect([denied.status, denied.headers.get('www-authenticate')]).toEqual([401, 'Bearer, DPoP algs="ES256"']);
  expect(await ask({ authorization: `DPoP ${client.token}` })).toEqual([401, '']);
  expect(await ask({ authorization: `Bearer ${client.token}` })).toEqual([401, '']);
  const dpop = client.prove({ claims: { htu: 'http://localhost/me' } });
  expect(await ask({ authorization: `DPoP ${client.token}`, dpop })).toEqual([
    200,
    'auth0|5f7c8ec7c33c6c004bbafe82',
  ]);
});

test('where a bound token is required, no other scheme is offered', async () => {
  const dpop = { algorithms: ['ES256', 'EdDSA'] } as const;
  const auth = authenticateHono(verifierWith({ senderConstrained: 'require', dpop }));
  const app = new Hono().use(auth).get('/me', (c) => c.text('me'));
  const nobody = await app.request('http://localhost/me');
  expect([nobody.status, nobody.headers.get('www-authenticate')]).toEqual([401, 'DPoP algs="ES256 EdDSA"']);
  const headers = { authorization: `Bearer ${unbound}` };
  expect((await app.request('http://localhost/me', { headers })).status).toBe(401);
});

test('a URL function that gives no URL is a fault of the API, and no refusal', async () => {
  const app = new Hono().use(authenticateHono(verifierWith(), { url: () => 'nonsense' }));
  const headers = { authorization: `DPoP ${client.token}`, dpop: client.prove() };
  app.onError((error, c) => c.text(error.message, 500));
  const response = await app.request('http://localhost/me', { headers });
  expect([response.status, await response.text()]).toEqual([
    500,
    'url must be the absolute URL of the request',
  ]);
});
