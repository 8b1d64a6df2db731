// The last changes in one scope, name by name: for each the latest time wins.
import type { Evidence, Mark, NameMarks } from './mark.ts';
import { join, later } from './mark.ts';
import type { ReadRecord } from './record.ts';

const NONE: NameMarks = { lost: undefined, gained: undefined };

export class Marks implements Evidence {
  #latest = Number.NEGATIVE_INFINITY;
  #out: Mark | undefined;
  /** Of every name at once. */
  #every: NameMarks = NONE;
  readonly #names: Map<string, NameMarks> = new Map();

  get latest(): number {
    return this.#latest;
  }

  get out(): Mark | undefined {
    return this.#out;
  }

  of(name: string): NameMarks {
    const marks = this.#names.get(name);
    return marks === undefined ? this.#every : join(marks, this.#every);
  }

  names(): Iterable<string> | undefined {
    const { lost, gained } = this.#every;
    return lost === undefined && gained === undefined ? this.#names.keys() : undefined;
  }

  /** Takes a record of this scope whose names the layout has. */
  add({ at, by, out, lost, gained }: Pick<ReadRecord, 'at' | 'by' | 'out' | 'lost' | 'gained'>): void {
    const mark = { at, by };
    if (at > this.#latest) this.#latest = at;
    if (out) this.#out = later(this.#out, mark);
    this.#addNames(lost, { lost: mark, gained: undefined });
    this.#addNames(gained, { lost: undefined, gained: mark });
  }

  /** Drops what is at or before `horizon`. */
  forget(horizon: number): void {
    const kept = (mark: Mark | undefined) => (mark !== undefined && mark.at > horizon ? mark : undefined);
    const rest = ({ lost, gained }: NameMarks) => ({ lost: kept(lost), gained: kept(gained) });
    this.#out = kept(this.#out);
    this.#every = rest(this.#every);
    for (const [name, marks] of this.#names) {
      const { lost, gained } = rest(marks);
      if (lost === undefined && gained === undefined) this.#names.delete(name);
      else this.#names.set(name, { lost, gained });
    }
  }

  /** The times of all marks, in no order. */
  *times(): Generator<number, void, undefined> {
    if (this.#out !== undefined) yield this.#out.at;
    for (const { lost, gained } of [this.#every, ...this.#names.values()]) {
      if (lost !== undefined) yield lost.at;
      if (gained !== undefined) yield gained.at;
    }
  }

  #addNames(names: readonly string[] | '*', marks: NameMarks): void {
    if (names === '*') this.#every = join(this.#every, marks);
    else for (const name of names) this.#names.set(name, join(this.#names.get(name) ?? NONE, marks));
  }
}
