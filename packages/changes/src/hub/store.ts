/** What a hub remembers of its log: enough to answer every reader without asking the log again. */
import type { ChangeFrame, ChangePosition } from '@claimgen/verifier/changes';
import { snapshotFrames } from '../log.ts';
import { prune } from '../prune.ts';

/** Frames with records that readers can go on from; older ones become part of the snapshot. */
const MAX_DELTAS = 1000;

export class FrameStore {
  #snapshot: { readonly position: ChangePosition; readonly records: readonly unknown[] } | undefined;
  /** Those after the snapshot, each from where the one before ends. */
  #deltas: ChangeFrame[] = [];
  /** Parts of a snapshot that is still coming. */
  #parts: unknown[] = [];
  #horizon = 0;
  #now = 0;
  #heartbeat: ChangeFrame | undefined;

  /** The last position, and the log's time when it was read to there; undefined before the first snapshot is whole. */
  get last(): { readonly position: ChangePosition; readonly now: number } | undefined {
    if (this.#snapshot === undefined) return undefined;
    const { epoch } = this.#snapshot.position;
    const to = this.#deltas.at(-1)?.to ?? this.#snapshot.position.to;
    return { position: { epoch, to }, now: this.#now };
  }

  /** A snapshot of which some parts have come is read from its beginning. */
  restart(): void {
    this.#parts = [];
  }

  /** False where the frame doesn't follow the last one: the log has to be read from its beginning. */
  add(frame: ChangeFrame): boolean {
    const { last } = this;
    const follows = last?.position.epoch === frame.epoch && last.position.to === frame.from;
    if (frame.from !== '' && !follows) return false;
    this.#horizon = Math.max(this.#horizon, frame.horizon);
    if (frame.from === '') {
      this.#parts.push(...frame.records);
      if (frame.to === '') return true;
      this.#snapshot = { position: { epoch: frame.epoch, to: frame.to }, records: this.#parts };
      this.#parts = [];
      this.#deltas = [];
    } else if (frame.records.length > 0 || frame.to !== frame.from) this.#deltas.push(frame);
    this.#now = Math.max(this.#now, frame.now);
    if (this.#deltas.length > MAX_DELTAS) this.#fold();
    this.#heartbeat = undefined;
    return true;
  }

  /** What a reader at `position` has not seen, which is a snapshot for one whose position is unknown. */
  *after(position: ChangePosition | undefined): Generator<ChangeFrame, void, undefined> {
    const { last } = this;
    if (this.#snapshot === undefined || last === undefined) return;
    const start = this.#placeOf(position);
    if (start !== undefined) {
      // Times of the past are no sign of life for anybody who had others since.
      yield* this.#deltas.slice(start);
      return;
    }
    const records = [...this.#snapshot.records, ...this.#deltas.flatMap((frame) => frame.records)];
    yield* snapshotFrames({ ...last.position, horizon: this.#horizon, now: last.now }, records);
  }

  /** A frame without records: the log has been read, and there is nothing new. The same for all who ask. */
  heartbeat(): ChangeFrame | undefined {
    const { last } = this;
    if (last === undefined) return undefined;
    const { epoch, to } = last.position;
    this.#heartbeat ??= { epoch, from: to, to, horizon: this.#horizon, now: last.now, records: [] };
    return this.#heartbeat;
  }

  #placeOf(position: ChangePosition | undefined): number | undefined {
    if (this.#snapshot === undefined || position?.epoch !== this.#snapshot.position.epoch) return undefined;
    if (position.to === this.#snapshot.position.to) return 0;
    const place = this.#deltas.findLastIndex(({ to }) => to === position.to);
    return place < 0 ? undefined : place + 1;
  }

  #fold(): void {
    if (this.#snapshot === undefined) return;
    const folded = this.#deltas.splice(0, MAX_DELTAS / 2);
    const to = folded.at(-1)?.to ?? this.#snapshot.position.to;
    const all = [...this.#snapshot.records, ...folded.flatMap((frame) => frame.records)];
    // What the log has forgotten nobody needs; its horizon refuses those who would.
    const { records } = prune(all, this.#horizon, 0);
    this.#snapshot = { position: { epoch: this.#snapshot.position.epoch, to }, records };
  }
}
