// A hub with a receiver beside a tenant, and the log stream that goes there.
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createHub, openMemoryLog, receiveLogStream, toListener } from '@claimgen/changes';
import { onTestFinished } from 'vitest';
import type { World } from './world.ts';

/** What readers of the hub have to know. */
export const HUB_SECRET = 'the-secret-of-the-hub';
/** What the log stream sends. */
export const STREAM_SECRET = 'the-secret-of-the-stream';

export interface Hub {
  /** Its origin. */
  readonly hub: string;
  readonly server: Server;
}

/** Starts a hub over HTTPS, with the tenant's certificate. */
export async function startHub({ certificate: { key, cert } }: Pick<World, 'certificate'>): Promise<Hub> {
  const log = openMemoryLog();
  const names = {
    sources: { roles: true, managementApi: false, event: [] },
    roles: [],
    permissions: [],
  };
  const route = receiveLogStream({ path: '/auth0/logs', secret: STREAM_SECRET, log, names });
  const hub = createHub({ feed: log, secret: HUB_SECRET, routes: [route] });
  const server = createServer({ key, cert }, toListener(hub.fetch));
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  onTestFinished(() => {
    hub.close();
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return { hub: `https://localhost:${(server.address() as AddressInfo).port}`, server };
}

export function logStream(endpoint: string, more: object = {}): object {
  return {
    id: 'lst_0000000000000001',
    name: 'to the hub',
    type: 'http',
    status: 'active',
    sink: {
      httpEndpoint: endpoint,
      httpAuthorization: `Bearer ${STREAM_SECRET}`,
      httpContentFormat: 'JSONLINES',
      httpContentType: 'application/json',
    },
    ...more,
  };
}
