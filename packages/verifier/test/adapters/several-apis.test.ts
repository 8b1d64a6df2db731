import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { authenticate as authenticateExpress } from '../../src/adapters/express.ts';
import { authenticate as authenticateFastify } from '../../src/adapters/fastify.ts';
import { authenticate as authenticateHono } from '../../src/adapters/hono.ts';
import type { Verifier } from '../../src/verifier.ts';
import { createVerifier } from '../../src/verifier.ts';
import type { Name } from '../support/issuer.ts';
import { AUDIENCE, CLAIM, ISSUER, keySet, layout, makeToken, NOW, rsaKey } from '../support/issuer.ts';

const key = rsaKey('main');
const BILLING = { audience: 'https://billing.acme.example', claim: 'https://acme.example/billing' };
const options = { issuer: ISSUER, jwks: keySet(key), clock: () => new Date(NOW * 1000) };
const orders = createVerifier({ ...options, layout });
const billing = createVerifier({ ...options, layout: { ...layout, ...BILLING } });
/** For both APIs: may read orders in the one, write them in the other. */
const token = makeToken(key, {
  claims: {
    aud: [AUDIENCE, BILLING.audience],
    [CLAIM]: ['orders:read'],
    [BILLING.claim]: ['orders:write'],
  },
});
const headers = { authorization: `Bearer ${token}` };

/**
 * The status of `GET /both/<permission>`, which passes orders, then billing, then needs the permission of orders, and of
 * `GET /other`, which passes billing alone and needs what only orders can tell.
 */
type Ask = (path: string) => Promise<number>;
type Verifiers = readonly [orders: Verifier<Name>, billing: Verifier<Name>];

async function askExpress([first, second]: Verifiers): Promise<Ask> {
  const [ordersAuth, billingAuth] = [authenticateExpress(first), authenticateExpress(second)];
  const app = express().set('env', 'test');
  const ok: express.RequestHandler = (_request, response) => void response.json({});
  app.get('/both/read', ordersAuth, billingAuth, ordersAuth.requires('orders:read'), ok);
  app.get('/both/write', ordersAuth, billingAuth, ordersAuth.requires('orders:write'), ok);
  app.get('/other', billingAuth, ordersAuth.requires('orders:write'), ok);
  app.get('/accessOf', billingAuth, (request, response) => void response.json(ordersAuth.accessOf(request)));
  return async (path) => {
    const server = createServer(app).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const { status } = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    return status;
  };
}

async function askFastify([first, second]: Verifiers): Promise<Ask> {
  const [ordersAuth, billingAuth] = [authenticateFastify(first), authenticateFastify(second)];
  const app = Fastify();
  await app.register(async (both) => {
    both.register(ordersAuth).register(billingAuth);
    both.get('/both/read', { preHandler: ordersAuth.requires('orders:read') }, async () => ({}));
    both.get('/both/write', { preHandler: ordersAuth.requires('orders:write') }, async () => ({}));
  });
  await app.register(async (other) => {
    other.register(billingAuth);
    other.get('/other', { preHandler: ordersAuth.requires('orders:write') }, async () => ({}));
    other.get('/accessOf', async (request) => ordersAuth.accessOf(request).subject);
  });
  return async (url) => (await app.inject({ url, headers })).statusCode;
}

async function askHono([first, second]: Verifiers): Promise<Ask> {
  const [ordersAuth, billingAuth] = [authenticateHono(first), authenticateHono(second)];
  const app = new Hono()
    .get('/both/read', ordersAuth, billingAuth, ordersAuth.requires('orders:read'), (c) => c.json({}))
    .get('/both/write', ordersAuth, billingAuth, ordersAuth.requires('orders:write'), (c) => c.json({}))
    .get('/other', billingAuth, ordersAuth.requires('orders:write'), (c) => c.json({}))
    .get('/accessOf', billingAuth, (c) => c.json(ordersAuth.accessOf(c).subject))
    .onError((_error, c) => c.json({}, 500));
  return async (path) => (await app.request(path, { headers })).status;
}

describe.each([
  ['Express', askExpress],
  ['Fastify', askFastify],
  ['Hono', askHono],
])('%s, with two APIs in one app', (_name, start) => {
  test('a permission is required of the API whose verifier it was asked of', async () => {
    const ask = await start([orders, billing]);
    expect(await ask('/both/read')).toBe(200);
    expect(await ask('/both/write')).toBe(403);
  });
  test("another API's access is no access, but a fault", async () => {
    const ask = await start([orders, billing]);
    expect(await ask('/other')).toBe(500);
    expect(await ask('/accessOf')).toBe(500);
  });
});
