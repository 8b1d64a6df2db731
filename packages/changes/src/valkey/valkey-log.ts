/** A log in one stream of Valkey or Redis, for a fleet. */
import { randomUUID } from 'node:crypto';
import type { ChangeFrame, ChangePosition, ChangeRecord } from '@claimgen/verifier/changes';
import { readRecord } from '@claimgen/verifier/changes';
import { checkRecords } from '../check-record.ts';
import { ChangesError } from '../errors.ts';
import type { ChangeLog, LogOptions } from '../log.ts';
import { CHUNK, checkRetention, HEARTBEAT, risingClock } from '../log.ts';
import { within } from '../wake.ts';
import type { StreamClient, StreamConnection, ValkeyClient } from './connection.ts';
import { toStreamClient } from './connection.ts';
import type { StreamEntry } from './entry.ts';
import { FIRST, readEntries } from './entry.ts';
import { replicationProblem } from './replication.ts';

export interface ValkeyOptions extends LogOptions {
  /** The key of the stream. */
  readonly key: string;
  /**
   * How many replicas must have a record before it counts as published, and how many the primary must hear of while it is
   * read. By default 1. With 0 a record can be lost with the server, and one that was replaced unnoticed goes on being read.
   */
  readonly replicas?: number;
  /** Makes the log where there is none: only where nothing has happened that it would have to know of. */
  readonly create?: boolean;
  /** Milliseconds that a command may take. By default 2,000. */
  readonly deadline?: number;
}

export interface InitValkeyOptions extends Pick<ValkeyOptions, 'key' | 'replicas' | 'deadline' | 'clock'> {
  /** There was a log, and its records are lost: everybody refreshes once. */
  readonly lost?: boolean;
}

/** Milliseconds that a read blocks: after it the reader looks whether the stream is still the one that it has read. */
const BLOCK = 2000;
/** Milliseconds between two looks for entries that may be trimmed. */
const TRIM_EVERY = 60_000;
/** Records in one entry. */
const BATCH = 100;

/**
 * A log in the stream `key`. `client`: a client or cluster of `@redis/client`, which is duplicated and not used itself, or
 * `{ connect }` of any other client. Connects when it is first used.
 *
 * @example
 * const log = openValkeyLog(createClient({ url }), { key: 'claimgen:changes' });
 */
export function openValkeyLog(client: ValkeyClient, options: ValkeyOptions): ChangeLog {
  return new ValkeyLog(client, options);
}

/** Makes a log. Rejects with `log_exists` where there is one, unless `lost` is set: then it is replaced. */
export async function initValkeyLog(client: ValkeyClient, options: InitValkeyOptions): Promise<void> {
  const log = new ValkeyLog(client, options);
  try {
    await log.init(options.lost ?? false);
  } finally {
    await log.close();
  }
}

class ValkeyLog implements ChangeLog {
  readonly #client: StreamClient;
  readonly #key: string;
  readonly #replicas: number;
  readonly #retention: number;
  readonly #deadline: number;
  readonly #clock: () => Date;
  readonly #now: () => number;
  #mayCreate: boolean;
  #connection: Promise<StreamConnection> | undefined;
  readonly #open: Set<StreamConnection> = new Set();
  #isClosed = false;
  #trimmed = Number.NEGATIVE_INFINITY;

  constructor(client: ValkeyClient, options: ValkeyOptions) {
    const { key, replicas = 1, create = false, deadline = 2000 } = options;
    if (typeof key !== 'string' || key === '') throw new TypeError('key must be the key of a stream');
    if (!Number.isSafeInteger(replicas) || replicas < 0) throw new TypeError('replicas must be 0, 1 or more');
    if (!(deadline > 0)) throw new TypeError('deadline must be milliseconds above 0');
    this.#client = toStreamClient(client, key);
    this.#key = key;
    this.#replicas = replicas;
    this.#retention = checkRetention(options);
    this.#deadline = deadline;
    this.#clock = options.clock ?? (() => new Date());
    this.#now = risingClock(options.clock);
    this.#mayCreate = create;
  }

  async append(records: readonly ChangeRecord[]): Promise<void> {
    checkRecords(records, this.#clock().getTime());
    for (let start = 0; start < records.length; start += BATCH) {
      const json = JSON.stringify(records.slice(start, start + BATCH));
      // Twice is once: what may have been written can be written again.
      await this.#retry((connection) => this.#add(connection, json));
    }
  }

  async snapshot(): Promise<ChangeFrame> {
    return this.#retry(async (connection) => {
      const records: unknown[] = [];
      let horizon = 0;
      let last: StreamEntry | undefined;
      for await (const entries of this.#pages(connection, '-')) {
        for (const entry of entries) {
          records.push(...entry.records);
          horizon = Math.max(horizon, entry.horizon);
          last = entry;
        }
      }
      if (last === undefined) throw this.#missing();
      return { epoch: EPOCH, from: '', to: last.position, horizon, now: this.#now(), records };
    });
  }

  async *read(
    after: ChangePosition | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<ChangeFrame, void, undefined> {
    const connection = await this.#connect();
    const abort = () => this.#drop(connection);
    signal.addEventListener('abort', abort);
    try {
      let position = after?.epoch === EPOCH ? after.to : '';
      let beat = Number.NEGATIVE_INFINITY;
      while (!signal.aborted) {
        const frame = yield* this.#catchUp(connection, position);
        const isNew = frame.records.length > 0 || frame.from === '';
        if (isNew || performance.now() - beat >= HEARTBEAT) {
          await this.#checkReplication(connection);
          yield { ...frame, now: this.#now() };
          beat = performance.now();
        }
        position = frame.to;
        const id = position.slice(0, position.indexOf(' '));
        await this.#send(
          connection,
          ['XREAD', 'COUNT', '1', 'BLOCK', String(BLOCK), 'STREAMS', this.#key, id],
          BLOCK,
        );
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', abort);
      this.#drop(connection);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const connection of this.#open) this.#drop(connection);
  }

  async init(isLost: boolean): Promise<void> {
    await this.#retry(async (connection) => {
      if (isLost) {
        await this.#send(connection, ['DEL', this.#key]);
        await this.#create(connection, this.#clock().getTime() + 5000);
      } else if (!(await this.#create(connection, 0))) {
        throw new ChangesError(
          'log_exists',
          `the key ${this.#key} is there`,
          'Use it, or replace it by --lost',
        );
      }
    });
  }

  /** The frames from `position` on but the last one, which is returned: it has all that is left. */
  async *#catchUp(
    connection: StreamConnection,
    position: string,
  ): AsyncGenerator<ChangeFrame, ChangeFrame, undefined> {
    let from = position;
    if (from !== '') {
      // From the entry that was read last, and with it: where it isn't there, this is not the stream that was read.
      const entries = readEntries(
        await this.#send(connection, this.#range(from.slice(0, from.indexOf(' ')))),
      );
      if (entries[0]?.position === from && entries.length < CHUNK)
        return toFrame(from, entries.slice(1), from);
      from = '';
    }
    let last: ChangeFrame | undefined;
    for await (const entries of this.#pages(connection, '-')) {
      if (last !== undefined) yield { ...last, to: '' };
      last = toFrame('', entries, entries.at(-1)?.position ?? '');
    }
    if (last === undefined) throw this.#missing();
    return last;
  }

  /** Entries from `start` on, a page at a time. */
  async *#pages(connection: StreamConnection, start: string): AsyncGenerator<StreamEntry[], void, undefined> {
    let from = start;
    let isFirst = true;
    for (;;) {
      const entries = readEntries(await this.#send(connection, this.#range(from)));
      if (entries.length === 0) {
        if (isFirst && this.#mayCreate && (await this.#create(connection, 0))) continue;
        return;
      }
      this.#mayCreate = false;
      isFirst = false;
      yield entries;
      if (entries.length < CHUNK) return;
      from = `(${entries.at(-1)?.id}`;
    }
  }

  #range(start: string): string[] {
    return ['XRANGE', this.#key, start, '+', 'COUNT', String(CHUNK)];
  }

  async #add(connection: StreamConnection, json: string): Promise<void> {
    if (this.#mayCreate) await this.#create(connection, 0);
    this.#mayCreate = false;
    const trim = await this.#toTrim(connection);
    const id = await this.#durable(connection, [
      'XADD',
      this.#key,
      // Never makes a stream: one that was lost must not look as if nothing had happened.
      'NOMKSTREAM',
      ...(trim === undefined ? [] : ['MINID', '=', trim.minId]),
      '*',
      'records',
      json,
      ...(trim === undefined ? [] : ['horizon', String(trim.horizon)]),
    ]);
    if (id === null) throw this.#missing();
  }

  /** Where the entries begin that are kept, and the horizon of those that aren't; undefined where all are kept. */
  async #toTrim(connection: StreamConnection): Promise<{ minId: string; horizon: number } | undefined> {
    if (performance.now() - this.#trimmed < TRIM_EVERY) return undefined;
    this.#trimmed = performance.now();
    const minId = String(this.#clock().getTime() - this.#retention);
    let horizon = 0;
    let isAny = false;
    for (let from = '-'; ; ) {
      const reply = await this.#send(connection, [
        'XRANGE',
        this.#key,
        from,
        `(${minId}`,
        'COUNT',
        String(CHUNK),
      ]);
      const entries = readEntries(reply);
      for (const { records, horizon: earlier, id } of entries) {
        isAny ||= id !== FIRST;
        horizon = Math.max(
          horizon,
          earlier,
          ...records.map((record) => readRecord(record, Number(minId)).at),
        );
      }
      if (entries.length < CHUNK) return isAny ? { minId, horizon } : undefined;
      from = `(${entries.at(-1)?.id}`;
    }
  }

  /** Whether the log is there because of this call. */
  async #create(connection: StreamConnection, horizon: number): Promise<boolean> {
    this.#mayCreate = false;
    if (Number(await this.#send(connection, ['EXISTS', this.#key])) === 1) return false;
    // Only the first entry of a stream can have this id: of two processes one fails, and looks again.
    await this.#durable(connection, [
      'XADD',
      this.#key,
      FIRST,
      'epoch',
      randomUUID(),
      'horizon',
      String(horizon),
    ]);
    return true;
  }

  /** Sends a write, and resolves to its reply when enough replicas have it. */
  async #durable(connection: StreamConnection, write: readonly string[]): Promise<unknown> {
    if (this.#replicas === 0) return this.#send(connection, write);
    // WAIT is about the writes of its connection: a client that reconnects in between would be told of none.
    const [before, reply, count, after] = await Promise.all([
      this.#send(connection, ['CLIENT', 'ID']),
      this.#send(connection, write),
      this.#send(connection, ['WAIT', String(this.#replicas), String(Math.ceil(this.#deadline / 2))]),
      this.#send(connection, ['CLIENT', 'ID']),
    ]);
    if (before !== after) throw unavailable('the connection was replaced before replicas answered');
    if (Number(count) < this.#replicas) {
      throw new ChangesError(
        'not_replicated',
        `the record is on the primary and on ${count} replicas, and needs ${this.#replicas}`,
        'Publish it again when the replicas are back; appending twice changes nothing',
      );
    }
    return reply;
  }

  async #checkReplication(connection: StreamConnection): Promise<void> {
    if (this.#replicas === 0) return;
    const problem = replicationProblem(await this.#send(connection, ['INFO', 'replication']), this.#replicas);
    if (problem !== undefined) throw unavailable(problem);
  }

  async #retry<T>(call: (connection: StreamConnection) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      let connection: StreamConnection | undefined;
      try {
        this.#connection ??= this.#connect();
        connection = await this.#connection;
        return await call(connection);
      } catch (error) {
        if (error instanceof ChangesError && error.code !== 'log_unavailable') throw error;
        this.#connection = undefined;
        if (connection !== undefined) this.#drop(connection);
        if (attempt === 2)
          throw error instanceof ChangesError ? error : unavailable('a command failed', error);
      }
    }
  }

  async #connect(): Promise<StreamConnection> {
    if (this.#isClosed) throw unavailable('the log is closed');
    const connecting = this.#client.connect();
    try {
      const connection = await within(
        this.#deadline,
        connecting,
        () => new Error('connecting took too long'),
      );
      this.#open.add(connection);
      return connection;
    } catch (error) {
      connecting.then((late) => late.close()).catch(() => {});
      throw unavailable('the server is not reached', error);
    }
  }

  async #send(connection: StreamConnection, args: readonly string[], extra = 0): Promise<unknown> {
    try {
      return await within(
        this.#deadline + extra,
        connection.send(args),
        () => new Error(`${args[0]} took too long`),
      );
    } catch (error) {
      this.#drop(connection);
      throw unavailable(`${args[0]} failed`, error);
    }
  }

  #drop(connection: StreamConnection): void {
    this.#open.delete(connection);
    connection.close();
  }

  #missing(): ChangesError {
    return new ChangesError(
      'log_missing',
      `there is no stream at the key ${this.#key}`,
      'Make one by `claimgen log init`, or by `claimgen log init --lost` if there was one',
    );
  }
}

/** Positions prove by themselves that they are of the stream at hand. */
const EPOCH = 'stream';

function toFrame(from: string, entries: readonly StreamEntry[], position: string): ChangeFrame {
  return {
    epoch: EPOCH,
    from,
    to: entries.at(-1)?.position ?? position,
    horizon: Math.max(0, ...entries.map(({ horizon }) => horizon)),
    now: 0,
    records: entries.flatMap(({ records }) => records),
  };
}

function unavailable(what: string, cause?: unknown): ChangesError {
  return new ChangesError('log_unavailable', what, 'Check the server, its replicas and the network', cause);
}
