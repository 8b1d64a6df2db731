// The records of many owners (users, or organizations), a few each, in little memory: 16 bytes a record, an entry of a Map
// and the owner's id. What the records say is shared between those that say the same.
import type { Content } from './entry.ts';
import { contentKey, Entry } from './entry.ts';
import type { Evidence } from './mark.ts';
import { later } from './mark.ts';
import type { ReadRecord } from './record.ts';
import type { TokenScope } from './scopes.ts';
import { fits, Scopes } from './scopes.ts';

type OwnedRecord = Omit<ReadRecord, 'sub' | 'aud' | 'widened'>;

/** An owner with more different records than this has them joined name by name. */
const CHAIN = 16;
/** How many names the contents may have together; a record whose names pass it is read as one of all names. */
const MAX_NAMES = 1_000_000;
const END = -1;

/** How many texts of who made a change are kept, and as many before those. */
const MAX_BY = 1000;

interface SharedContent extends Content {
  readonly key: string;
  readonly id: number;
  uses: number;
}

export class Owners {
  readonly #limit: number;
  /** The first slot of each owner's chain. */
  readonly #heads: Map<string, number> = new Map();
  readonly #crowded: Map<string, Scopes> = new Map();
  #at: Float64Array = new Float64Array(64);
  #content: Int32Array = new Int32Array(64);
  #next: Int32Array = new Int32Array(64).fill(END);
  /** For logs, of the records that came last: the texts of all would be half of the memory. */
  #by: Map<number, string> = new Map();
  /** The ones before those. */
  #olderBy: Map<number, string> = new Map();
  #used = 0;
  readonly #free: number[] = [];
  readonly #contents: Map<string, SharedContent> = new Map();
  readonly #contentOf: (SharedContent | undefined)[] = [];
  readonly #freeContents: number[] = [];
  #names = 0;
  /** Marks of crowded owners, as counted last, and what was added to them since. */
  #crowdedSize = 0;

  /** `limit`: how many records are kept. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#used - this.#free.length + this.#crowdedSize;
  }

  /** What the owner's records say to a token. */
  evidence(owner: string, token: TokenScope): readonly Evidence[] {
    const head = this.#heads.get(owner);
    if (head === undefined) {
      return this.#crowded.size === 0 ? [] : (this.#crowded.get(owner)?.fitting(token) ?? []);
    }
    const found: Evidence[] = [];
    for (let slot = head; slot !== END; slot = this.#next[slot] ?? END) {
      const content = this.#contentAt(slot);
      if (fits(content, token)) found.push(new Entry(content, this.#markAt(slot)));
    }
    return found;
  }

  add(owner: string, record: OwnedRecord): void {
    const crowded = this.#crowded.get(owner);
    if (crowded !== undefined) {
      crowded.add(record);
      this.#crowdedSize += marksOf(record);
      return;
    }
    const content = this.#share(record);
    const head = this.#heads.get(owner) ?? END;
    let length = 0;
    for (let slot = head; slot !== END; slot = this.#next[slot] ?? END) {
      if (this.#content[slot] === content.id) {
        const mark = later(this.#markAt(slot), record) ?? record;
        this.#at[slot] = mark.at;
        this.#noteBy(slot, mark.by);
        return;
      }
      length += 1;
    }
    content.uses += 1;
    this.#heads.set(owner, this.#allocate(record, content.id, head));
    if (length + 1 > CHAIN) this.#crowd(owner);
  }

  /** Drops what is at or before `horizon`. */
  forget(horizon: number): void {
    for (const [owner, head] of this.#heads) {
      let first = END;
      let last = END;
      for (const slot of [...this.#chain(head)]) {
        if ((this.#at[slot] ?? 0) <= horizon) this.#release(slot);
        else {
          if (last === END) first = slot;
          else this.#next[last] = slot;
          last = slot;
        }
      }
      if (last === END) this.#heads.delete(owner);
      else {
        this.#next[last] = END;
        if (first !== head) this.#heads.set(owner, first);
      }
    }
    this.#crowdedSize = 0;
    for (const [owner, scopes] of this.#crowded) {
      scopes.forget(horizon);
      const size = countOf(scopes.times());
      if (size === 0) this.#crowded.delete(owner);
      this.#crowdedSize += size;
    }
  }

  /** Where there are too many, the time at and before which the oldest have to be forgotten to make room. */
  overflow(): number | undefined {
    if (this.size <= this.#limit) return undefined;
    const times = [...this.#times()].sort((a, b) => a - b);
    // A tenth at a time: looking at all of them is not to be paid for each record.
    return times[Math.max(times.length - Math.ceil(this.#limit * 0.9), 1) - 1];
  }

  *#times(): Generator<number, void, undefined> {
    for (const head of this.#heads.values()) for (const slot of this.#chain(head)) yield this.#at[slot] ?? 0;
    for (const scopes of this.#crowded.values()) yield* scopes.times();
  }

  *#chain(head: number): Generator<number, void, undefined> {
    for (let slot = head; slot !== END; slot = this.#next[slot] ?? END) yield slot;
  }

  #contentAt(slot: number): SharedContent {
    const content = this.#contentOf[this.#content[slot] ?? END];
    if (content === undefined) throw new Error('a slot without content');
    return content;
  }

  #markAt(slot: number): { at: number; by: string | undefined } {
    return { at: this.#at[slot] ?? 0, by: this.#by.get(slot) ?? this.#olderBy.get(slot) };
  }

  #allocate({ at, by }: OwnedRecord, content: number, next: number): number {
    const slot = this.#free.pop() ?? this.#used++;
    if (slot >= this.#at.length) this.#grow();
    this.#at[slot] = at;
    this.#noteBy(slot, by);
    this.#content[slot] = content;
    this.#next[slot] = next;
    return slot;
  }

  #noteBy(slot: number, by: string | undefined): void {
    this.#forgetBy(slot);
    if (by === undefined) return;
    this.#by.set(slot, by);
    if (this.#by.size < MAX_BY) return;
    this.#olderBy = this.#by;
    this.#by = new Map();
  }

  #forgetBy(slot: number): void {
    this.#by.delete(slot);
    this.#olderBy.delete(slot);
  }

  #grow(): void {
    const length = this.#at.length * 2;
    const [at, content, next] = [new Float64Array(length), new Int32Array(length), new Int32Array(length)];
    at.set(this.#at);
    content.set(this.#content);
    next.set(this.#next);
    this.#at = at;
    this.#content = content;
    this.#next = next;
  }

  #release(slot: number): void {
    const content = this.#contentAt(slot);
    this.#forgetBy(slot);
    this.#free.push(slot);
    content.uses -= 1;
    if (content.uses > 0) return;
    this.#contents.delete(content.key);
    this.#contentOf[content.id] = undefined;
    this.#freeContents.push(content.id);
    this.#names -= sizeOf(content.lost) + sizeOf(content.gained);
  }

  #share(record: OwnedRecord): SharedContent {
    const fitting = this.#names + record.lost.length + record.gained.length <= MAX_NAMES;
    const { org, usersOnly, out, lost, gained } = fitting
      ? record
      : { ...record, lost: '*' as const, gained: '*' as const };
    const key = contentKey({ ...record, lost, gained });
    const shared = this.#contents.get(key);
    if (shared !== undefined) return shared;
    const id = this.#freeContents.pop() ?? this.#contentOf.length;
    const content: SharedContent = {
      key,
      id,
      uses: 0,
      org,
      usersOnly,
      out,
      lost: setOf(lost),
      gained: setOf(gained),
    };
    this.#contents.set(key, content);
    this.#contentOf[id] = content;
    this.#names += sizeOf(content.lost) + sizeOf(content.gained);
    return content;
  }

  /** Joins a long chain name by name: what is asked of an owner then takes no time that grows with their records. */
  #crowd(owner: string): void {
    const scopes = new Scopes();
    for (const slot of [...this.#chain(this.#heads.get(owner) ?? END)]) {
      const { org, usersOnly, out, lost, gained } = this.#contentAt(slot);
      scopes.add({ ...this.#markAt(slot), org, usersOnly, out, lost: listOf(lost), gained: listOf(gained) });
      this.#release(slot);
    }
    this.#heads.delete(owner);
    this.#crowded.set(owner, scopes);
    this.#crowdedSize += countOf(scopes.times());
  }
}

const setOf = (names: readonly string[] | '*') => (names === '*' ? names : new Set(names));
const listOf = (names: ReadonlySet<string> | '*') => (names === '*' ? names : [...names]);
const sizeOf = (names: ReadonlySet<string> | '*') => (names === '*' ? 0 : names.size);

function marksOf({ lost, gained }: OwnedRecord): number {
  return 1 + lost.length + gained.length;
}

function countOf(times: Iterable<number>): number {
  let count = 0;
  for (const _ of times) count += 1;
  return count;
}
