// The server's sockets: on loopback and nowhere else.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DevError } from './errors.ts';

export interface Listening {
  readonly port: number;
  /** Hands requests to their listener; before that they wait. */
  close(): Promise<void>;
}

/** Why there is no IPv6 on a machine. */
const NO_IPV6: ReadonlySet<string | undefined> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/**
 * Listens on 127.0.0.1, and on ::1 where there is IPv6, since "localhost" is either.
 * @param port 0 for any that is free
 * @throws DevError where the port is in use
 */
export async function listen(port: number, listener: RequestListener): Promise<Listening> {
  const first = await listenOn('127.0.0.1', port, listener);
  const chosen = (first.address() as AddressInfo).port;
  const servers = [first];
  try {
    servers.push(await listenOn('::1', chosen, listener));
  } catch (error) {
    const { code } = Object(error instanceof DevError ? error.cause : error) as { readonly code?: string };
    if (!NO_IPV6.has(code)) {
      await close(servers);
      throw error;
    }
  }
  return { port: chosen, close: () => close(servers) };
}

async function listenOn(host: string, port: number, listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  // What is no HTTP is no reason to end.
  server.on('clientError', (_, socket) => socket.destroy());
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new DevError(
      'port_unavailable',
      `nothing can listen on ${host}, port ${port} (${code})`,
      'End what listens there, or choose another port: --port 4401.',
      { cause: error },
    );
  }
  return server;
}

async function close(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map((server) => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      return closed;
    }),
  );
}
