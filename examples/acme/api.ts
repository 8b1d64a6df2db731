// What the team of the orders API writes. The names of permissions are types: a misspelt one does not compile.
import { createServer } from 'node:http';
import { createVerifier, hasAnyPermission, hasPermission, isVerifierError } from '@claimgen/verifier';
import { orders } from './claimgen/verifier/orders.js';

const verifier = createVerifier({
  issuer: 'https://acme.eu.auth0.com/',
  layout: orders,
  // dev and prod have identifiers of their own; the layout is the same in both.
  audience: process.env['ORDERS_API'] ?? 'https://orders.acme.example',
});

export const server = createServer(async (request, response) => {
  try {
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const access = await verifier.verify(token);

    if (hasPermission(access, 'orders:sales-orders:read-all-regions')) {
      response.end(`every order, for ${access.subject}`);
    } else if (hasAnyPermission(access, ['orders:sales-orders:read-own-region', 'billing/read:invoices'])) {
      response.end(`the orders of one region, for ${access.subject}`);
    } else {
      response.writeHead(403).end();
    }
  } catch (error) {
    if (!isVerifierError(error)) throw error;
    if (error.wwwAuthenticate !== undefined) response.setHeader('www-authenticate', error.wwwAuthenticate);
    response.writeHead(error.status).end();
  }
});
