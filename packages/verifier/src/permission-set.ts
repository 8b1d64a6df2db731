import type { PlaceTable } from './claim/layout-index.ts';
import { setBit } from './claim/layout-index.ts';
import type { ClaimReading } from './claim/read-claim.ts';
import type { StockReading } from './claim/read-fallback.ts';

/** The permissions that a token grants, of those that the layout knows and has not withdrawn. */
export interface PermissionSet<P extends string = string> extends Iterable<P> {
  /** False, never an error, for every name that the layout doesn't know. */
  has(name: P): boolean;
  readonly size: number;
}

/** A view of the claim's bits: nothing is built per token, and nothing outside can reach the bits. */
export class BitPermissionSet<P extends string> implements PermissionSet<P> {
  readonly #places: ReadonlyMap<string, number>;
  readonly #names: readonly string[];
  readonly #bits: Uint8Array;

  constructor({ table, bits }: Pick<ClaimReading, 'table' | 'bits'>) {
    this.#places = table.places;
    this.#names = table.names;
    this.#bits = bits;
    Object.freeze(this);
  }

  has(name: P): boolean {
    const place = this.#places.get(name);
    return place !== undefined && this.#holds(place);
  }

  get size(): number {
    let size = 0;
    for (const byte of this.#bits) for (let rest = byte; rest > 0; rest &= rest - 1) size += 1;
    return size;
  }

  *[Symbol.iterator](): Generator<P, void, undefined> {
    const places = Math.min(this.#names.length, this.#bits.length * 8);
    for (let place = 0; place < places; place += 1) if (this.#holds(place)) yield this.#names[place] as P;
  }

  #holds(place: number): boolean {
    return ((this.#bits[place >> 3] ?? 0) & (0x80 >> (place & 7))) !== 0;
  }
}

/**
 * The permissions of a stock claim. The first question is answered from its list: most requests ask one, and bits for
 * all the names cost ten times as much.
 */
export class ListedPermissionSet<P extends string> implements PermissionSet<P> {
  readonly #table: PlaceTable;
  readonly #listed: readonly string[];
  #asked = false;
  #bitset: BitPermissionSet<P> | undefined;

  constructor({ table, names }: StockReading) {
    this.#table = table;
    this.#listed = names;
    Object.freeze(this);
  }

  has(name: P): boolean {
    if (this.#asked) return this.#toBits().has(name);
    this.#asked = true;
    return this.#table.places.has(name) && this.#listed.includes(name);
  }

  get size(): number {
    return this.#toBits().size;
  }

  [Symbol.iterator](): Iterator<P, void, undefined> {
    return this.#toBits()[Symbol.iterator]();
  }

  #toBits(): BitPermissionSet<P> {
    if (this.#bitset !== undefined) return this.#bitset;
    const { places, grantable } = this.#table;
    const bits = new Uint8Array(grantable.length);
    for (let i = 0; i < this.#listed.length; i += 1) {
      const place = places.get(this.#listed[i] ?? '');
      if (place !== undefined) setBit(bits, place);
    }
    this.#bitset = new BitPermissionSet({ table: this.#table, bits });
    return this.#bitset;
  }
}
