// How far a feed has been read, and whether what has been read can be relied on. Pure: times are handed in.
import type { ChangePosition } from './frame.ts';
import { readFrame } from './frame.ts';
import type { ChangeTable } from './table.ts';

/**
 * `starting`: no frame has come; `live`: the last frame is younger than `maxStaleness`; `stale`: it is older, so changes may have been missed.
 */
export type FeedStatus = 'starting' | 'live' | 'stale';

/** `unreadable` and `gap`: what came can't be relied on, and the log has to be read from its beginning. */
export type Received = 'read' | 'unreadable' | 'gap';

/** Milliseconds by which a change is dated up where only the reader's clock is known. */
const PUBLISHING = 5000;

export class FeedState {
  readonly #table: ChangeTable;
  readonly #maxStaleness: number;
  #position: ChangePosition | undefined;
  #newest = 0;
  #lastAlive: number | undefined;

  /** `maxStaleness`: milliseconds. */
  constructor(table: ChangeTable, maxStaleness: number) {
    this.#table = table;
    this.#maxStaleness = maxStaleness;
  }

  /** Where to read on; undefined for the beginning. */
  get position(): ChangePosition | undefined {
    return this.#position;
  }

  /** `monotonic`: ms of a clock that never goes back; `wall`: ms since 1970. */
  receive(value: unknown, monotonic: number, wall: number): Received {
    const frame = readFrame(value);
    if (frame === undefined) return this.#restart('unreadable');
    // Records count from wherever they come: they only ever make more stale.
    this.#table.apply(frame.records, wall + PUBLISHING);
    this.#table.raiseHorizon(frame.horizon);
    const isNext = this.#position?.epoch === frame.epoch && this.#position.to === frame.from;
    if (frame.from !== '' && !isNext) return this.#restart('gap');
    if (frame.to === '') return 'read';
    this.#position = { epoch: frame.epoch, to: frame.to };
    // A frame that was sent before, by a cache or by somebody who recorded it, proves nothing.
    if (frame.now <= this.#newest) return 'read';
    this.#newest = frame.now;
    this.#lastAlive = monotonic;
    return 'read';
  }

  /** Milliseconds since the last frame that proved the log to be readable; undefined before the first one. */
  lag(monotonic: number): number | undefined {
    return this.#lastAlive === undefined ? undefined : monotonic - this.#lastAlive;
  }

  status(monotonic: number): FeedStatus {
    const lag = this.lag(monotonic);
    if (lag === undefined) return 'starting';
    // Written so that a clock that fails (NaN) makes the feed stale.
    return lag <= this.#maxStaleness ? 'live' : 'stale';
  }

  #restart(received: Received): Received {
    this.#position = undefined;
    return received;
  }
}
