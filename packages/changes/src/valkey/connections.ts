/** The connections of one log: each command has a deadline, and a connection on which one failed is not used again. */
import { ChangesError } from '../errors.ts';
import { within } from '../wake.ts';
import type { StreamClient, StreamConnection } from './connection.ts';

export class Connections {
  readonly #client: StreamClient;
  readonly #deadline: number;
  readonly #open: Set<StreamConnection> = new Set();
  /** The one that calls share, which wait for nothing. */
  #shared: Promise<StreamConnection> | undefined;
  #isClosed = false;

  /** `deadline`: milliseconds. */
  constructor(client: StreamClient, deadline: number) {
    this.#client = client;
    this.#deadline = deadline;
  }

  /** A connection of one's own. */
  async connect(): Promise<StreamConnection> {
    if (this.#isClosed) throw unavailable('the log is closed');
    const connecting = this.#client.connect();
    try {
      const late = () => new Error('connecting took too long');
      const connection = await within(this.#deadline, connecting, late);
      this.#open.add(connection);
      return connection;
    } catch (error) {
      connecting.then((late) => late.close()).catch(() => {});
      throw unavailable('the server is not reached', error);
    }
  }

  /** Calls twice where the first time fails: with what may have been done and can be done again. */
  async retry<T>(call: (connection: StreamConnection) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      let connection: StreamConnection | undefined;
      try {
        this.#shared ??= this.connect();
        connection = await this.#shared;
        return await call(connection);
      } catch (error) {
        if (error instanceof ChangesError && error.code !== 'log_unavailable') throw error;
        this.#shared = undefined;
        if (connection !== undefined) this.drop(connection);
        if (attempt === 2)
          throw error instanceof ChangesError ? error : unavailable('a command failed', error);
      }
    }
  }

  /** `blocking`: milliseconds that the server may wait before it answers. */
  async send(connection: StreamConnection, args: readonly string[], blocking = 0): Promise<unknown> {
    try {
      const late = () => new Error(`${args[0]} took too long`);
      return await within(this.#deadline + blocking, connection.send(args), late);
    } catch (error) {
      this.drop(connection);
      throw unavailable(`${args[0]} failed`, error);
    }
  }

  drop(connection: StreamConnection): void {
    this.#open.delete(connection);
    connection.close();
  }

  close(): void {
    this.#isClosed = true;
    for (const connection of this.#open) this.drop(connection);
  }
}

export function unavailable(what: string, cause?: unknown): ChangesError {
  return new ChangesError('log_unavailable', what, 'Check the server, its replicas and the network', cause);
}
