// Which permissions there are: a million of them, of which only a part of a hash is kept. Two names of one API with the same are less likely than a
// machine that adds wrongly, and would keep a permission in the catalog that the build then tells of.
import { createHash } from 'node:crypto';
import type { ApiExport } from './tenant-export.ts';

export class ScopeIndex {
  readonly #byApi: ReadonlyMap<string, Float64Array>;

  constructor(apis: readonly Pick<ApiExport, 'identifier' | 'scopes'>[]) {
    this.#byApi = new Map(
      apis.map(({ identifier, scopes }) => [
        identifier,
        Float64Array.from(scopes, ({ value }) => hash(value)).sort(),
      ]),
    );
  }

  /** Whether the API is there and has the permission. */
  has(identifier: string, name: string): boolean {
    const hashes = this.#byApi.get(identifier) ?? new Float64Array();
    const wanted = hash(name);
    let [low, high] = [0, hashes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((hashes[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return hashes[low] === wanted;
  }
}

/** 48 bits. */
function hash(name: string): number {
  return createHash('sha1').update(name).digest().readUIntBE(0, 6);
}
