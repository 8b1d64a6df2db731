/** A log in the memory of one process: for tests, and for an API that is one process. */
import { randomUUID } from 'node:crypto';
import type { ChangeFrame, ChangePosition, ChangeRecord } from '@claimgen/verifier/changes';
import { checkRecords } from './check-record.ts';
import type { ChangeLog, LogOptions } from './log.ts';
import { checkRetention, HEARTBEAT, risingClock, snapshotFrames } from './log.ts';
import { prune } from './prune.ts';
import { Wake } from './wake.ts';

/** Records appended between two looks at what may be forgotten. */
const PRUNE_EVERY = 1000;

/**
 * A log that is gone with the process. After a restart it knows of no change before: tokens from before are not refused for one.
 *
 * @example
 * const log = openMemoryLog();
 * const verifier = createVerifier({ issuer, layout, changes: { feed: log, onStale: 'deny' } });
 */
export function openMemoryLog(options: LogOptions = {}): ChangeLog {
  return new MemoryLog(options);
}

class MemoryLog implements ChangeLog {
  readonly #retention: number;
  readonly #now: () => number;
  readonly #clock: () => Date;
  readonly #wake = new Wake();
  #epoch: string = randomUUID();
  #records: unknown[] = [];
  #horizon = 0;
  #sincePruned = 0;

  constructor(options: LogOptions) {
    this.#retention = checkRetention(options);
    this.#clock = options.clock ?? (() => new Date());
    this.#now = risingClock(options.clock);
  }

  async append(records: readonly ChangeRecord[]): Promise<void> {
    const now = this.#clock().getTime();
    checkRecords(records, now);
    // A copy: what the caller does with their objects afterwards is not published.
    this.#records.push(...records.map((record) => structuredClone(record)));
    this.#sincePruned += records.length;
    if (this.#sincePruned >= PRUNE_EVERY) this.#prune(now);
    this.#wake.call();
  }

  async snapshot(): Promise<ChangeFrame> {
    return { ...this.#state(), from: '', records: [...this.#records] };
  }

  async *read(
    after: ChangePosition | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<ChangeFrame, void, undefined> {
    let position = after;
    while (!signal.aborted) {
      const state = this.#state();
      const start = position?.epoch === this.#epoch ? Number(position.to) : Number.NaN;
      if (start >= 0 && start <= this.#records.length) {
        yield { ...state, from: String(start), records: this.#records.slice(start) };
      } else yield* snapshotFrames(state, [...this.#records]);
      position = state;
      if (this.#state().to === state.to && this.#epoch === state.epoch)
        await this.#wake.wait(HEARTBEAT, signal);
    }
  }

  async close(): Promise<void> {}

  #state(): Omit<ChangeFrame, 'from' | 'records'> {
    return { epoch: this.#epoch, to: String(this.#records.length), horizon: this.#horizon, now: this.#now() };
  }

  #prune(now: number): void {
    const { records, horizon } = prune(this.#records, now - this.#retention, this.#horizon);
    this.#sincePruned = 0;
    if (records.length === this.#records.length) return;
    this.#records = [...records];
    this.#horizon = horizon;
    // Positions count records: after this they mean something else.
    this.#epoch = randomUUID();
  }
}
