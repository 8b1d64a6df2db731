// Lists that are kept small: a tenant at Auth0's limits has a million permissions of APIs and a million of roles, which as objects take
// 500 MB. Packed, they take a tenth, and each is unpacked when it is gone through.
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** What arrays and packed lists have in common. */
export interface List<T> extends Iterable<T> {
  readonly length: number;
}

/** A list as compressed JSON. JSON.stringify writes it as the array that it stands for. */
export class PackedList<T> implements List<T> {
  readonly length: number;
  readonly #bytes: Uint8Array;

  constructor(items: readonly T[]) {
    this.length = items.length;
    // The fastest level: what is packed repeats itself.
    // Copied: what zlib gives is a part of 16 kB that would stay with it.
    this.#bytes = Uint8Array.from(deflateRawSync(JSON.stringify(items), { level: 1 }));
  }

  [Symbol.iterator](): Iterator<T> {
    return this.toJSON().values();
  }

  toJSON(): T[] {
    return JSON.parse(inflateRawSync(this.#bytes).toString());
  }
}
