// The permissions of a token, as bits of the claim or as an array of names.
import type { PlaceTable } from './claim/layout-index.ts';
import type { ClaimReading } from './claim/read-claim.ts';
import type { StockReading } from './claim/read-fallback.ts';
import { shownAs } from './inspect.ts';

/** The permissions that a token grants, of those that the layout knows and has not withdrawn. */
export interface PermissionSet<P extends string = string> extends Iterable<P> {
  /** False, never an error, for every name that the layout doesn't know. */
  has(name: P): boolean;
  readonly size: number;
  /** The names, in the layout's order: what `JSON.stringify` writes. */
  toJSON(): P[];
}

const ShownAsPermissionSet: abstract new () => object = /* @__PURE__ */ shownAs('PermissionSet');

export abstract class NamedPermissions<P extends string> extends ShownAsPermissionSet {
  abstract [Symbol.iterator](): Iterator<P, void, undefined>;

  toJSON(): P[] {
    return [...(this as Iterable<P>)];
  }
}

/** A view of the claim's bits: nothing is built per token, and nothing outside can reach the bits. */
export class BitPermissionSet<P extends string> extends NamedPermissions<P> implements PermissionSet<P> {
  readonly #places: ReadonlyMap<string, number>;
  readonly #names: readonly string[];
  readonly #bits: Uint8Array;

  constructor({ table, bits }: Pick<ClaimReading, 'table' | 'bits'>) {
    super();
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

  override *[Symbol.iterator](): Generator<P, void, undefined> {
    const places = Math.min(this.#names.length, this.#bits.length * 8);
    for (let place = 0; place < places; place += 1) if (this.#holds(place)) yield this.#names[place] as P;
  }

  #holds(place: number): boolean {
    return ((this.#bits[place >> 3] ?? 0) & (0x80 >> (place & 7))) !== 0;
  }
}

/**
 * The permissions of a stock claim, answered from its list: most requests ask one question, and bits for all
 * the names cost ten times as much.
 */
export class ListedPermissionSet<P extends string> extends NamedPermissions<P> implements PermissionSet<P> {
  readonly #table: PlaceTable;
  readonly #listed: readonly string[];

  constructor({ table, names }: Pick<StockReading, 'table' | 'names'>) {
    super();
    this.#table = table;
    this.#listed = names;
    Object.freeze(this);
  }

  has(name: P): boolean {
    if (!this.#table.places.has(name)) return false;
    // By index: the methods of frozen arrays take several times as long.
    for (let i = 0; i < this.#listed.length; i += 1) if (this.#listed[i] === name) return true;
    return false;
  }

  get size(): number {
    return this.toJSON().length;
  }

  override *[Symbol.iterator](): Generator<P, void, undefined> {
    const listed = new Set(this.#listed);
    for (const name of this.#table.places.keys()) if (listed.has(name)) yield name as P;
  }
}
