/** From publish() to the next request: a log, a verifier with `changes`, an API over HTTP. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createVerifier } from '@claimgen/verifier';
import { authenticate } from '@claimgen/verifier/node';
import { createTestIssuer } from '@claimgen/verifier/testing';
import { expect, it, onTestFinished } from 'vitest';
import { openMemoryLog } from '../src/memory-log.ts';
import { publish } from '../src/publish.ts';
import { until } from './support/follower.ts';

const orders = {
  format: 'claimgen-layout-1',
  name: 'orders',
  audience: 'https://orders.example',
  claim: 'https://acme.example/permissions',
  active: 0,
  lineages: [[{ id: 'k3Jd9a', permissions: ['orders:read', 'orders:refund'] }]],
  withdrawn: [],
};

async function startApi() {
  const issuer = await createTestIssuer(orders);
  const log = openMemoryLog();
  const stop = new AbortController();
  const verifier = createVerifier({
    ...issuer.options,
    changes: { feed: log, onStale: 'deny', signal: stop.signal },
  });
  const server = createServer(
    authenticate(verifier, (_request, response) => response.end('done'), { requires: 'orders:refund' }),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    stop.abort();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const ask = async (token: string) => {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const text = await answer.text();
    return { status: answer.status, retryAfter: answer.headers.get('retry-after'), text };
  };
  return { issuer, log, verifier, ask };
}

it('refuses on the next request what was taken away, and nobody else notices', async () => {
  const { issuer, log, verifier, ask } = await startApi();
  const permissions = ['orders:read', 'orders:refund'];
  const [clerk, other] = await Promise.all(
    ['auth0|clerk', 'auth0|other'].map((subject) => issuer.sign({ subject, permissions })),
  );
  expect((await ask(clerk as string)).status).toBe(200);
  await publish(log, { sub: 'auth0|clerk', lost: ['orders:refund'] }, { layouts: [orders] });
  await until(() => verifier.freshness()?.applied === 1);
  const refused = await ask(clerk as string);
  expect(refused).toMatchObject({ status: 401, text: '{"error":"unauthorized","reason":"stale"}' });
  expect(Number(refused.retryAfter)).toBeGreaterThan(20);
  expect((await ask(other as string)).status).toBe(200);
  // After Retry-After a token says what is true then.
  const later = Math.floor(Date.now() / 1000) + Number(refused.retryAfter);
  const after = (held: string[]) =>
    issuer.sign({ subject: 'auth0|clerk', permissions: held, claims: { iat: later, exp: later + 60 } });
  const clock = () => new Date(later * 1000);
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const then = createVerifier({
    ...issuer.options,
    clock,
    changes: { feed: log, onStale: 'deny', signal: stop.signal },
  });
  expect([...(await then.verify(await after(['orders:read']))).permissions]).toEqual(['orders:read']);
  expect([...(await then.verify(await after(permissions))).permissions]).toEqual(permissions);
});
