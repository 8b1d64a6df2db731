/** A log in one stream of Valkey or Redis, for a fleet. */
import type { ChangeFrame, ChangePosition, ChangeRecord } from '@claimgen/verifier/changes';
import { checkRecords } from '../check-record.ts';
import { ChangesError } from '../errors.ts';
import type { ChangeLog } from '../log.ts';
import { CHUNK, HEARTBEAT, risingClock } from '../log.ts';
import type { StreamConnection, ValkeyClient } from './connection.ts';
import { toStreamClient } from './connection.ts';
import { Connections } from './connections.ts';
import type { StreamEntry } from './entry.ts';
import type { CheckedOptions, InitValkeyOptions, ValkeyOptions } from './options.ts';
import { checkOptions } from './options.ts';
import { Stream } from './stream.ts';

export type { InitValkeyOptions, ValkeyOptions };

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
  return new ValkeyLog(client, checkOptions(options));
}

/** Makes a log. Rejects with `log_exists` where there is one, unless `lost` is set: then it is replaced. */
export async function initValkeyLog(client: ValkeyClient, options: InitValkeyOptions): Promise<void> {
  const log = new ValkeyLog(client, checkOptions(options));
  try {
    await log.init(options.lost ?? false);
  } finally {
    await log.close();
  }
}

class ValkeyLog implements ChangeLog {
  readonly #options: CheckedOptions;
  readonly #connections: Connections;
  readonly #stream: Stream;
  readonly #now: () => number;
  #mayCreate: boolean;
  #trimmed = Number.NEGATIVE_INFINITY;

  constructor(client: ValkeyClient, options: CheckedOptions) {
    this.#options = options;
    this.#connections = new Connections(toStreamClient(client, options.key), options.deadline);
    this.#stream = new Stream(this.#connections, options);
    this.#now = risingClock(options.clock);
    this.#mayCreate = options.create;
  }

  async append(records: readonly ChangeRecord[]): Promise<void> {
    checkRecords(records, this.#options.clock().getTime());
    for (let start = 0; start < records.length; start += BATCH) {
      const json = JSON.stringify(records.slice(start, start + BATCH));
      // Twice is once: what may have been written can be written again.
      await this.#connections.retry((connection) => this.#add(connection, json));
    }
  }

  async snapshot(): Promise<ChangeFrame> {
    return this.#connections.retry(async (connection) => {
      const records: unknown[] = [];
      let horizon = 0;
      let last: StreamEntry | undefined;
      for await (const entries of this.#pages(connection)) {
        for (const entry of entries) {
          records.push(...entry.records);
          horizon = Math.max(horizon, entry.horizon);
          last = entry;
        }
      }
      if (last === undefined) throw this.#stream.missing();
      return { epoch: EPOCH, from: '', to: last.position, horizon, now: this.#now(), records };
    });
  }

  async *read(
    after: ChangePosition | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<ChangeFrame, void, undefined> {
    const connection = await this.#connections.connect();
    const abort = () => this.#connections.drop(connection);
    signal.addEventListener('abort', abort);
    try {
      let position = after?.epoch === EPOCH ? after.to : '';
      let isWaiting = false;
      let beat = Number.NEGATIVE_INFINITY;
      while (!signal.aborted) {
        const frame = yield* this.#next(connection, position, isWaiting ? BLOCK : 0);
        const isNew = frame.records.length > 0 || frame.from === '';
        if (isNew || performance.now() - beat >= HEARTBEAT) {
          yield { ...frame, now: this.#now() };
          beat = performance.now();
        }
        position = frame.to;
        isWaiting = true;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', abort);
      this.#connections.drop(connection);
    }
  }

  async close(): Promise<void> {
    this.#connections.close();
  }

  async init(isLost: boolean): Promise<void> {
    await this.#connections.retry(async (connection) => {
      if (isLost) {
        await this.#stream.remove(connection);
        await this.#create(connection, this.#options.clock().getTime() + 5000);
      } else if (!(await this.#create(connection, 0))) {
        throw new ChangesError(
          'log_exists',
          `the key ${this.#options.key} is there`,
          'Use it, or replace it by --lost',
        );
      }
    });
  }

  /**
   * What there is after `position`; the frames before the last one, which is returned. `blocking`: milliseconds to wait for
   * it. All commands are sent at once, and the server does them when the waiting is over: a change is one round trip away.
   */
  async *#next(
    connection: StreamConnection,
    position: string,
    blocking: number,
  ): AsyncGenerator<ChangeFrame, ChangeFrame, undefined> {
    if (position !== '') {
      const id = position.slice(0, position.indexOf(' '));
      const [, entries] = await Promise.all([
        blocking > 0 && this.#stream.wait(connection, id, blocking),
        // From the entry that was read last, and with it: where it isn't there, this is not the stream that was read.
        this.#stream.range(connection, id, blocking),
        this.#stream.checkReplication(connection, blocking),
      ]);
      if (entries[0]?.position === position && entries.length < CHUNK)
        return toFrame(position, entries.slice(1), position);
    }
    let last: ChangeFrame | undefined;
    for await (const entries of this.#pages(connection)) {
      if (last !== undefined) yield { ...last, to: '' };
      last = toFrame('', entries, entries.at(-1)?.position ?? '');
    }
    if (last === undefined) throw this.#stream.missing();
    await this.#stream.checkReplication(connection);
    return last;
  }

  /** All entries, a page at a time. */
  async *#pages(connection: StreamConnection): AsyncGenerator<StreamEntry[], void, undefined> {
    const create = async () => {
      if (!this.#mayCreate) return false;
      await this.#create(connection, 0);
      return true;
    };
    for await (const entries of this.#stream.pages(connection, '-', create)) {
      this.#mayCreate = false;
      yield entries;
    }
  }

  async #add(connection: StreamConnection, json: string): Promise<void> {
    if (this.#mayCreate) await this.#create(connection, 0);
    await this.#stream.add(connection, json, await this.#toTrim(connection));
  }

  async #toTrim(connection: StreamConnection): ReturnType<Stream['toTrim']> {
    if (performance.now() - this.#trimmed < TRIM_EVERY) return undefined;
    this.#trimmed = performance.now();
    return this.#stream.toTrim(connection);
  }

  async #create(connection: StreamConnection, horizon: number): Promise<boolean> {
    const isNew = await this.#stream.create(connection, horizon);
    this.#mayCreate = false;
    return isNew;
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
