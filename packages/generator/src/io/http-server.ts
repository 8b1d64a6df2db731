// A server of this process, for commands that serve until they are told to end.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { usageError } from '../errors.ts';

export interface Listening {
  /** `http://127.0.0.1:8080` */
  readonly origin: string;
  /** Ends it and every answer that is under way. */
  close(): void;
}

/** @throws InputError where nothing can listen there */
export async function listen(listener: RequestListener, port: number, host: string): Promise<Listening> {
  const server = createServer(listener).listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw usageError(
      `nothing can listen at port ${port} of ${host} (${code})`,
      'Choose another --port or --host, or end what listens there.',
    );
  }
  const { address, family, port: actual } = server.address() as AddressInfo;
  return {
    origin: `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
