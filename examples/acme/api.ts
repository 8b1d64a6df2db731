// What the team of the orders API writes. The names of permissions are types: a misspelt one does not compile.
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { Access, Verifier } from '@claimgen/verifier';
import { createVerifier, hasAnyPermission, hasPermission } from '@claimgen/verifier';
import { authenticate } from '@claimgen/verifier/node';
import type { OrdersPermission } from './claimgen/verifier/orders.js';
import { orders } from './claimgen/verifier/orders.js';

/** Which orders somebody sees. */
export function visibleOrders(access: Access<OrdersPermission>): 'all' | 'own region' | 'none' {
  if (hasPermission(access, 'orders:sales-orders:read-all-regions')) return 'all';
  const some = ['orders:sales-orders:read-own-region', 'billing/read:invoices'] as const;
  return hasAnyPermission(access, some) ? 'own region' : 'none';
}

/** Refuses requests without a good token, and those of people who see no orders. */
export function createApi(verifier: Verifier<OrdersPermission>): Server {
  return createServer(
    authenticate(
      verifier,
      ({ access }, response) => response.end(`${visibleOrders(access)}, for ${access.subject}`),
      { requires: (access) => visibleOrders(access) !== 'none' },
    ),
  );
}

export function start(): Server {
  const verifier = createVerifier({
    issuer: 'https://acme.eu.auth0.com/',
    layout: orders,
    // dev and prod have identifiers of their own; the layout is the same in both.
    audience: process.env['ORDERS_API'] ?? 'https://orders.acme.example',
  });
  return createApi(verifier).listen(3000);
}
