import type { ClaimReading } from './claim/read-claim.ts';

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

  constructor({ table, bits }: ClaimReading) {
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
