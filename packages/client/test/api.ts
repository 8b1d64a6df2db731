// An API that serves /me, with a verifier, a log of changes and an issuer of real tokens.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openMemoryLog, publish } from '@claimgen/changes';
import { createVerifier } from '@claimgen/verifier';
import { serveMe } from '@claimgen/verifier/me';
import { authenticate } from '@claimgen/verifier/node';
import { createTestIssuer } from '@claimgen/verifier/testing';
import { onTestFinished } from 'vitest';

export type Name = 'orders:read' | 'orders:refund' | 'orders:write';

export const layout = {
  format: 'claimgen-layout-1',
  name: 'orders',
  audience: 'https://orders.example',
  claim: 'https://acme.example/permissions',
  active: 0,
  lineages: [[{ id: 'k3Jd9a', permissions: ['orders:read', 'orders:refund', 'orders:write'] }]],
  withdrawn: [],
};

/** Seconds that a verifier allows between reading permissions and issuing a token. */
const GUARD = 20;

export interface Api {
  readonly url: string;
  /** What the user holds: what a new token says. */
  held: Name[];
  /** A token that is issued now, and how often there was one. */
  readonly issue: () => Promise<string>;
  readonly issued: () => number;
  /** The paths that were asked for, in order. */
  readonly requests: string[];
  /** Takes away or gives, and publishes it; refreshing helps after `seconds`. */
  change(change: { lost?: Name[]; gained?: Name[] }, seconds: number): Promise<void>;
  /** How many streams are open. */
  streams(): number;
  /** Ends every connection. */
  cut(): void;
}

/**
 * @param pages answers what is not of the API
 * @param changes without it the API knows of no changes
 */
export async function startApi(
  pages: (request: IncomingMessage, response: ServerResponse) => void = (_, response) =>
    void response.writeHead(404).end(),
  changes: boolean = true,
): Promise<Api> {
  const issuer = await createTestIssuer(layout);
  const log = openMemoryLog();
  const stop = new AbortController();
  const verifier = createVerifier({
    ...issuer.options,
    clockTolerance: 0,
    ...(changes ? { changes: { feed: log, onStale: 'deny' as const, signal: stop.signal } } : {}),
  });
  const me = serveMe(verifier);
  const refunds = authenticate(verifier, (_, response) => response.end('{}'), { requires: 'orders:refund' });
  let [issued, streams] = [0, 0];
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    if (request.url === '/me/changes') {
      streams += 1;
      response.on('close', () => {
        streams -= 1;
      });
    }
    me.listener(request, response, () =>
      request.url === '/refunds' ? refunds(request, response) : pages(request, response),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    stop.abort();
    server.closeAllConnections();
    server.close();
  });
  const api: Api = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    held: ['orders:read', 'orders:refund'],
    issue() {
      issued += 1;
      return issuer.sign({ subject: 'auth0|1', permissions: api.held });
    },
    issued: () => issued,
    requests,
    async change({ lost = [], gained = [] }, seconds) {
      api.held = [...api.held.filter((name) => !lost.includes(name)), ...gained];
      const at = Date.now() + (seconds - GUARD - 1) * 1000;
      await publish(log, { sub: 'auth0|1', lost, gained, at });
    },
    streams: () => streams,
    cut: () => server.closeAllConnections(),
  };
  return api;
}
