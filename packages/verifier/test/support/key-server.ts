import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the server answers; may be changed between requests. */
export type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

/** A real HTTP server on loopback that serves a key set, or misbehaves on demand. */
export class KeyServer {
  requests = 0;
  behaviour: Behaviour;
  readonly #server: Server;

  constructor(behaviour: Behaviour) {
    this.behaviour = behaviour;
    this.#server = createServer((request, response) => {
      this.requests += 1;
      this.behaviour(response, request);
    });
  }

  async listen(): Promise<URL> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as AddressInfo;
    return new URL(`http://127.0.0.1:${port}/.well-known/jwks.json`);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export function serve(body: unknown): Behaviour {
  return (response) => {
    response.setHeader('content-type', 'application/json');
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

export function fail(status: number): Behaviour {
  return (response) => response.writeHead(status).end('{}');
}

/** Takes the request and says nothing. */
export const blackHole: Behaviour = () => {};

/** One byte at a time, for ever. */
export function drip(milliseconds: number): Behaviour {
  return (response) => {
    response.write('{"keys":[');
    const timer = setInterval(() => response.write(' '), milliseconds);
    response.on('close', () => clearInterval(timer));
  };
}

/** So many bytes of JSON, as fast as the reader takes them. `sent` counts what left. */
export function flood(bytes: number, sent: { count: number }): Behaviour {
  const chunk = ' '.repeat(65_536);
  return (response) => {
    response.write('{"keys":[');
    const more = (): void => {
      while (sent.count < bytes && !response.destroyed) {
        sent.count += chunk.length;
        if (!response.write(chunk)) {
          response.once('drain', more);
          return;
        }
      }
      response.end(']}');
    };
    more();
  };
}
