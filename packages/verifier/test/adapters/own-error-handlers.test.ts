import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import express from 'express';
import express4 from 'express4';
import Fastify from 'fastify';
import { Hono } from 'hono';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { authenticate as authenticateExpress } from '../../src/adapters/express.ts';
import { authenticate as authenticateFastify } from '../../src/adapters/fastify.ts';
import { authenticate as authenticateHono } from '../../src/adapters/hono.ts';
import { toRefusal } from '../../src/bearer.ts';
import type { VerifierError } from '../../src/errors.ts';
import { isVerifierError, VerifierError as VerifierErrorClass } from '../../src/errors.ts';
import { requirePermission } from '../../src/require-permission.ts';
import { createVerifier } from '../../src/verifier.ts';
import { AUDIENCE, CLAIM, ISSUER, keySet, layout, makeToken, NOW, rsaKey } from '../support/issuer.ts';

const key = rsaKey('main');
const BILLING = { audience: 'https://billing.acme.example', claim: 'https://acme.example/billing' };
const options = { issuer: ISSUER, jwks: keySet(key), clock: () => new Date(NOW * 1000) };
const orders = createVerifier({ ...options, layout });
const billing = createVerifier({ ...options, layout: { ...layout, ...BILLING } });
const authorization = `Bearer ${makeToken(key, {
  claims: { aud: [AUDIENCE, BILLING.audience], [CLAIM]: ['orders:read'], [BILLING.claim]: ['invoices:read'] },
})}`;

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
});

/** Status, body and challenge of a GET. */
async function ask(running: Server, path: string): Promise<[number, unknown, boolean]> {
  server = running;
  if (!running.listening) await new Promise<void>((resolve) => running.listen(0, '127.0.0.1', resolve));
  const { port } = running.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization } });
  return [response.status, await response.json(), response.headers.has('www-authenticate')];
}

const refused = [403, { error: 'insufficient_scope' }, true];

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])("an app's own error handler in %s", (_name, framework) => {
  test('comes first, and may leave the answer to claimgen', async () => {
    const log = vi.fn();
    const auth = authenticateExpress(orders, { log });
    const app = framework().set('env', 'test').use(auth);
    app.get('/:what', (request) => requirePermission(auth.accessOf(request), 'orders:write'));
    const own: express.ErrorRequestHandler = (error, request, response, next) =>
      request.path === '/own' ? response.status(404).json({ own: isVerifierError(error) }) : next(error);
    app.use(own);
    const running = createServer(app);
    expect(await ask(running, '/own')).toEqual([404, { own: true }, false]);
    expect(log).not.toHaveBeenCalled();
    expect(await ask(running, '/other')).toEqual(refused);
    expect(log).toHaveBeenCalledTimes(1);
  });

  test('and routes that are added while requests come change nothing', async () => {
    const auth = authenticateExpress(orders);
    const app = framework().set('env', 'test').use(auth);
    const running = createServer(app);
    for (let number = 0; number < 3; number += 1) {
      app.get(`/${number}`, (request) => requirePermission(auth.accessOf(request), 'orders:write'));
      for (let again = 0; again < 3; again += 1) expect(await ask(running, `/${number}`)).toEqual(refused);
    }
    const internals = app as unknown as Record<'_router' | 'router', { stack: unknown[] } | undefined>;
    // auth, three routes, and claimgen's handler after each of them; Express 4 has two of its own.
    expect((internals['_router'] ?? internals['router'])?.stack.length).toBeLessThanOrEqual(9);
  });

  test('two APIs in one app: the log of the one is told whose access was judged', async () => {
    const [first, second] = [vi.fn(), vi.fn()];
    const ordersAuth = authenticateExpress(orders, { log: first });
    const billingAuth = authenticateExpress(billing, { log: second });
    const app = framework().set('env', 'test').use(ordersAuth, billingAuth);
    app.get('/orders', (request) => requirePermission(ordersAuth.accessOf(request), 'orders:write'));
    app.get('/billing', (request) => requirePermission(billingAuth.accessOf(request), 'orders:write'));
    const running = createServer(app);
    expect(await ask(running, '/orders')).toEqual(refused);
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 0]);
    expect(await ask(running, '/billing')).toEqual(refused);
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1]);
  });

  test('an access that is not there is a 401, also where nobody authenticated', async () => {
    const auth = authenticateExpress(orders);
    const app = framework().set('env', 'test');
    app.get('/open', (request) => requirePermission(request.access as never, 'orders:read'));
    app.get('/closed', auth, (_request, response) => void response.json({}));
    const running = createServer(app);
    expect((await ask(running, '/closed'))[0]).toBe(200);
    expect(await ask(running, '/open')).toEqual([401, { error: 'unauthorized', reason: 'missing' }, true]);
  });
});

describe("an app's own error handler in Fastify", () => {
  test('of the same scope, set before, answers instead', async () => {
    const auth = authenticateFastify(orders);
    const app = Fastify();
    app.setErrorHandler((error, _request, reply) => reply.code(404).send({ own: isVerifierError(error) }));
    app.register(auth);
    app.get('/own', async (request) => requirePermission(auth.accessOf(request), 'orders:write'));
    await app.listen({ host: '127.0.0.1', port: 0 });
    expect(await ask(app.server, '/own')).toEqual([404, { own: true }, false]);
  });

  test('of a scope around gets what is no refusal', async () => {
    const log = vi.fn();
    const auth = authenticateFastify(orders, { log });
    const app = Fastify({ allowErrorHandlerOverride: false });
    app.setErrorHandler((error, _request, reply) => reply.code(418).send({ own: String(error) }));
    app.register(async (scope) => {
      scope.register(auth);
      scope.get('/refused', async (request) => requirePermission(auth.accessOf(request), 'orders:write'));
      scope.get('/fault', async () => {
        throw new TypeError('fault');
      });
      scope.get('/text', async () => {
        throw 'text';
      });
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    expect(await ask(app.server, '/refused')).toEqual(refused);
    expect(await ask(app.server, '/fault')).toEqual([418, { own: 'TypeError: fault' }, false]);
    expect(await ask(app.server, '/text')).toEqual([418, { own: 'text' }, false]);
    expect(log).toHaveBeenCalledTimes(1);
  });

  test('of a scope within comes first, and may leave the answer to claimgen', async () => {
    const auth = authenticateFastify(orders);
    const app = Fastify({ allowErrorHandlerOverride: false });
    app.register(auth);
    app.register(async (scope) => {
      scope.setErrorHandler((error, request, reply) => {
        if (request.url !== '/own') throw error;
        reply.code(404).send({ own: true });
      });
      scope.get('/own', async (request) => requirePermission(auth.accessOf(request), 'orders:write'));
      scope.get('/other', async (request) => requirePermission(auth.accessOf(request), 'orders:write'));
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    expect(await ask(app.server, '/own')).toEqual([404, { own: true }, false]);
    expect(await ask(app.server, '/other')).toEqual(refused);
  });

  test('faults and what is no error at all are answered as without claimgen', async () => {
    const answers: unknown[][] = [];
    for (const guarded of [false, true]) {
      const app = Fastify();
      if (guarded) app.register(authenticateFastify(orders));
      for (const [path, thrown] of Object.entries({
        '/error': new Error('e'),
        '/status': Object.assign(new Error('s'), { statusCode: 409 }),
        '/text': 'text',
        '/object': { a: 1 },
      })) {
        app.get(path, async () => {
          throw thrown;
        });
        app.get(`${path}/sync`, () => {
          throw thrown;
        });
      }
      await app.ready();
      const paths = ['/error', '/status', '/text', '/object'].flatMap((path) => [path, `${path}/sync`]);
      const replies = await Promise.all(paths.map((url) => app.inject({ url, headers: { authorization } })));
      answers.push(replies.map(({ statusCode, body }) => [statusCode, body]));
      await app.close();
    }
    expect(answers[1]).toEqual(answers[0]);
  });

  test('two APIs in one scope: the log of the one is told whose access was judged', async () => {
    const [first, second] = [vi.fn(), vi.fn()];
    const ordersAuth = authenticateFastify(orders, { log: first });
    const billingAuth = authenticateFastify(billing, { log: second });
    const app = Fastify({ allowErrorHandlerOverride: false });
    app.register(ordersAuth).register(billingAuth);
    app.get('/orders', async (request) => requirePermission(ordersAuth.accessOf(request), 'orders:write'));
    app.get('/billing', async (request) => requirePermission(billingAuth.accessOf(request), 'orders:write'));
    await app.listen({ host: '127.0.0.1', port: 0 });
    expect(await ask(app.server, '/orders')).toEqual(refused);
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 0]);
    expect(await ask(app.server, '/billing')).toEqual(refused);
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1]);
  });
});

describe("an app's own error handler in Hono", () => {
  const listen = (app: Hono): Server => serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server;

  test('comes first, and may leave the answer to claimgen', async () => {
    const log = vi.fn();
    const auth = authenticateHono(orders, { log });
    const app = new Hono();
    app.use(auth);
    app.get('/:what', (context) => {
      requirePermission(auth.accessOf(context), 'orders:write');
      return context.json({});
    });
    app.onError((error, context) => {
      if (context.req.path === '/own') return context.json({ own: isVerifierError(error) }, 404);
      if (context.req.path === '/challenge') {
        return context.json({ own: true }, 403, { ...toRefusal(error).headers });
      }
      return error instanceof VerifierErrorClass ? error.getResponse() : context.text('', 500);
    });
    const running = listen(app);
    await new Promise((resolve) => running.once('listening', resolve));
    expect(await ask(running, '/own')).toEqual([404, { own: true }, false]);
    expect(await ask(running, '/challenge')).toEqual([403, { own: true }, true]);
    expect(await ask(running, '/other')).toEqual(refused);
    // Told each time: an answer of the app's own making is a refusal all the same.
    expect(log).toHaveBeenCalledTimes(3);
  });

  test('two APIs in one app: the log of the one is told whose access was judged', async () => {
    const [first, second] = [vi.fn(), vi.fn()];
    const ordersAuth = authenticateHono(orders, { log: first });
    const billingAuth = authenticateHono(billing, { log: second });
    const app = new Hono();
    app.use(ordersAuth, billingAuth);
    app.get('/orders', (context) => {
      requirePermission(ordersAuth.accessOf(context), 'orders:write');
      return context.json({});
    });
    app.get('/billing', (context) => {
      requirePermission(billingAuth.accessOf(context), 'orders:write');
      return context.json({});
    });
    const running = listen(app);
    await new Promise((resolve) => running.once('listening', resolve));
    expect(await ask(running, '/orders')).toEqual(refused);
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 0]);
    expect(await ask(running, '/billing')).toEqual(refused);
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1]);
  });
});

test('an error that no adapter is there for still tells its answer by the names that frameworks look for', () => {
  const error: VerifierError = new VerifierErrorClass('insufficient_scope', 'x', { required: ['a'] });
  expect(error).toMatchObject({
    status: 403,
    statusCode: 403,
    headers: { 'www-authenticate': error.wwwAuthenticate, 'cache-control': 'no-store' },
  });
  const response = error.getResponse();
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([403, error.wwwAuthenticate]);
});
