// How the team of the orders API tests it: what it decides without a token, and the whole of it with tokens of an
// issuer that needs no network.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createVerifier } from '@claimgen/verifier';
import { createTestIssuer, testAccess } from '@claimgen/verifier/testing';
import { expect, it } from 'vitest';
import { createApi, visibleOrders } from './api.ts';
import { orders } from './claimgen/verifier/orders.js';

it('shows all orders to who may read all regions, and those of a region to who may read their own', () => {
  expect(visibleOrders(testAccess(orders, ['orders:sales-orders:read-all-regions']))).toBe('all');
  expect(visibleOrders(testAccess(orders, ['orders:sales-orders:read-own-region']))).toBe('own region');
  expect(visibleOrders(testAccess(orders, []))).toBe('none');
});

it('answers people who see orders, and nobody else', async () => {
  const issuer = await createTestIssuer(orders, { audience: 'https://orders.acme.example' });
  const server = createApi(createVerifier(issuer.options)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const get = async (token?: string): Promise<[number, string]> => {
    const response = await fetch(
      url,
      token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
    );
    return [response.status, await response.text()];
  };
  const reader = await issuer.sign({ permissions: ['billing/read:invoices'], subject: 'auth0|7' });
  expect(await get(reader)).toEqual([200, 'own region, for auth0|7']);
  expect((await get(await issuer.sign({ permissions: [] })))[0]).toBe(403);
  expect((await get(await issuer.sign({ expiresIn: -60 })))[0]).toBe(401);
  expect((await get())[0]).toBe(401);
  server.closeAllConnections();
  server.close();
});
