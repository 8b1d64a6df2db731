// The API: Express, and the verifier that knows the layout of its permissions. A misspelt permission does not compile.
import { authenticate } from '@claimgen/verifier/express';
import { serveMe } from '@claimgen/verifier/me';
import express from 'express';

/**
 * @param {import('@claimgen/verifier').Verifier<import('./claimgen/verifier/orders.js').OrdersPermission>} verifier
 * @returns {express.Express}
 */
export function createApi(verifier) {
  const orders = [
    { id: 1, article: 'Ladder', refunded: false },
    { id: 2, article: 'Bucket', refunded: false },
  ];
  const api = express();
  const auth = authenticate(verifier);
  // What the page's buttons follow.
  api.use(serveMe(verifier, { path: '/api/me' }).listener);
  api.use('/api', auth);
  api.get('/api/orders', auth.requires('orders:read'), (_request, response) => {
    response.json(orders);
  });
  api.post('/api/orders/:id/refund', auth.requires('orders:refund'), (request, response) => {
    const order = orders.find(({ id }) => String(id) === request.params['id']);
    if (order === undefined) {
      response.status(404).json({ error: 'not_found' });
      return;
    }
    order.refunded = true;
    response.json(order);
  });
  return api;
}
