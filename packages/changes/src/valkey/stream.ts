/** The commands about the stream of a log: its entries, what is trimmed, and writes that replicas have. */
import { randomUUID } from 'node:crypto';
import { readRecord } from '@claimgen/verifier/changes';
import { ChangesError } from '../errors.ts';
import { CHUNK } from '../log.ts';
import type { StreamConnection } from './connection.ts';
import type { Connections } from './connections.ts';
import { unavailable } from './connections.ts';
import type { StreamEntry } from './entry.ts';
import { FIRST, readEntries } from './entry.ts';
import type { CheckedOptions } from './options.ts';
import { replicationProblem } from './replication.ts';

export class Stream {
  readonly #connections: Connections;
  readonly #options: CheckedOptions;

  constructor(connections: Connections, options: CheckedOptions) {
    this.#connections = connections;
    this.#options = options;
  }

  /** A page of entries from `start` on. `blocking`: milliseconds that commands before it may wait. */
  async range(connection: StreamConnection, start: string, blocking = 0, end = '+'): Promise<StreamEntry[]> {
    const command = ['XRANGE', this.#options.key, start, end, 'COUNT', String(CHUNK)];
    return readEntries(await this.#connections.send(connection, command, blocking));
  }

  /** Waits until there is an entry after `id`, for `blocking` milliseconds at most. */
  async wait(connection: StreamConnection, id: string, blocking: number): Promise<void> {
    const { key } = this.#options;
    const command = ['XREAD', 'COUNT', '1', 'BLOCK', String(blocking), 'STREAMS', key, id];
    await this.#connections.send(connection, command, blocking);
  }

  /** Entries from `start` on, a page at a time. `createIfMissing`: says whether the stream is there, if only now. */
  async *pages(
    connection: StreamConnection,
    start: string,
    createIfMissing: () => Promise<boolean>,
  ): AsyncGenerator<StreamEntry[], void, undefined> {
    let from = start;
    let isFirst = true;
    for (;;) {
      const entries = await this.range(connection, from);
      if (entries.length === 0) {
        if (isFirst && (await createIfMissing())) continue;
        return;
      }
      isFirst = false;
      yield entries;
      if (entries.length < CHUNK) return;
      from = `(${entries.at(-1)?.id}`;
    }
  }

  async remove(connection: StreamConnection): Promise<void> {
    await this.#connections.send(connection, ['DEL', this.#options.key]);
  }

  /** Whether the stream is there because of this call. */
  async create(connection: StreamConnection, horizon: number): Promise<boolean> {
    const { key } = this.#options;
    if (Number(await this.#connections.send(connection, ['EXISTS', key])) === 1) return false;
    // Only the first entry of a stream can have this id: of two processes one fails, and looks again.
    await this.#durable(connection, ['XADD', key, FIRST, 'epoch', randomUUID(), 'horizon', String(horizon)]);
    return true;
  }

  /** Adds an entry with these records (JSON); `trim` drops older ones. Rejects where there is no stream. */
  async add(connection: StreamConnection, json: string, trim: Trim | undefined): Promise<void> {
    const id = await this.#durable(connection, [
      'XADD',
      this.#options.key,
      // Never makes a stream: one that was lost must not look as if nothing had happened.
      'NOMKSTREAM',
      ...(trim === undefined ? [] : ['MINID', '=', trim.minId]),
      '*',
      'records',
      json,
      ...(trim === undefined ? [] : ['horizon', String(trim.horizon)]),
    ]);
    if (id === null) throw this.missing();
  }

  /** What may be dropped; undefined where all is kept. */
  async toTrim(connection: StreamConnection): Promise<Trim | undefined> {
    // By the server's clock, as ids are: by ours, if it is ahead, records would go that nobody has looked at.
    const time = await this.#connections.send(connection, ['TIME']);
    const oldest = Number(Array.isArray(time) ? time[0] : undefined) * 1000 - this.#options.retention;
    if (!(oldest > 0)) return undefined;
    const minId = String(oldest);
    let horizon = 0;
    let isAny = false;
    for (let from = '-'; ; ) {
      const entries = await this.range(connection, from, 0, `(${minId}`);
      for (const { records, horizon: earlier, id } of entries) {
        isAny ||= id !== FIRST;
        const times = records.map((record) => readRecord(record, Number(minId)).at);
        horizon = Math.max(horizon, earlier, ...times);
      }
      if (entries.length < CHUNK) return isAny ? { minId, horizon } : undefined;
      from = `(${entries.at(-1)?.id}`;
    }
  }

  /** Rejects where the server has fewer replicas than it needs. `blocking`: as for `range`. */
  async checkReplication(connection: StreamConnection, blocking = 0): Promise<void> {
    const { replicas } = this.#options;
    if (replicas === 0) return;
    const info = await this.#connections.send(connection, ['INFO', 'replication'], blocking);
    const problem = replicationProblem(info, replicas);
    if (problem !== undefined) throw unavailable(problem);
  }

  missing(): ChangesError {
    return new ChangesError(
      'log_missing',
      `there is no stream at the key ${this.#options.key}`,
      'Make one by `claimgen log init`, or by `claimgen log init --lost` if there was one',
    );
  }

  /** Sends a write, and resolves to its reply when enough replicas have it. */
  async #durable(connection: StreamConnection, write: readonly string[]): Promise<unknown> {
    const { replicas, deadline } = this.#options;
    const send = (args: readonly string[]) => this.#connections.send(connection, args);
    if (replicas === 0) return send(write);
    // WAIT is about the writes of its connection: a client that reconnects in between would be told of none.
    const [before, reply, count, after] = await Promise.all([
      send(['CLIENT', 'ID']),
      send(write),
      send(['WAIT', String(replicas), String(Math.ceil(deadline / 2))]),
      send(['CLIENT', 'ID']),
    ]);
    if (before !== after) throw unavailable('the connection was replaced before replicas answered');
    if (Number(count) < replicas) {
      throw new ChangesError(
        'not_replicated',
        `the record is on the primary and on ${count} replicas, and needs ${replicas}`,
        'Publish it again when the replicas are back; appending twice changes nothing',
      );
    }
    return reply;
  }
}

/** Entries before `minId` are dropped, whose records are of `horizon` (ms since 1970) or before. */
export interface Trim {
  readonly minId: string;
  readonly horizon: number;
}
