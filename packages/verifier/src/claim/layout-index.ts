// A layout, indexed once for reading claims.
import type { Layout } from '../layout.ts';

/**
 * Names and their places. Withdrawn names have a place in `names` but none in `places` nor in `grantable`.
 */
export interface PlaceTable {
  readonly names: readonly string[];
  readonly places: ReadonlyMap<string, number>;
  /** Bit i (most significant first) is set where place i may be granted. */
  readonly grantable: Uint8Array;
}

export interface Lineage extends PlaceTable {
  readonly number: number;
  /** The ids of the generations, first to last. */
  readonly ids: readonly string[];
  /** `placesIn[k]`: how many places the first k generations have together. */
  readonly placesIn: readonly number[];
}

/** What reading claims needs of a layout, built once. */
export interface LayoutIndex {
  /** The name of the claim in the access token. */
  readonly claim: string;
  /** The number of the lineage that the Action writes. */
  readonly active: number;
  readonly byFirstId: ReadonlyMap<string, Lineage>;
  /** All names of all lineages: what a claim in names encoding is read with. */
  readonly all: PlaceTable;
  readonly withdrawn: ReadonlySet<string>;
}

/** `layout` is one that `readLayout` gave. */
export function indexLayout(layout: Layout): LayoutIndex {
  const withdrawn = new Set(layout.withdrawn);
  const lineages = layout.lineages.map((generations, number): Lineage => {
    const placesIn = [0];
    for (const { permissions } of generations) placesIn.push((placesIn.at(-1) ?? 0) + permissions.length);
    const names = generations.flatMap(({ permissions }) => permissions);
    return { ...tabulate(names, withdrawn), number, ids: generations.map(({ id }) => id), placesIn };
  });
  const kept = lineages.filter(({ ids }) => ids.length > 0);
  const [only] = kept;
  return {
    claim: layout.claim,
    active: layout.active,
    byFirstId: new Map(kept.map((lineage) => [lineage.ids[0] ?? '', lineage])),
    all:
      only !== undefined && kept.length === 1
        ? only
        : tabulate([...new Set(kept.flatMap(({ names }) => names))], withdrawn),
    withdrawn,
  };
}

function tabulate(names: readonly string[], withdrawn: ReadonlySet<string>): PlaceTable {
  const places = new Map<string, number>();
  const grantable = new Uint8Array((names.length + 7) >> 3);
  names.forEach((name, place) => {
    if (withdrawn.has(name)) return;
    places.set(name, place);
    setBit(grantable, place);
  });
  return { names, places, grantable };
}

export function setBit(bits: Uint8Array, place: number): void {
  bits[place >> 3] = (bits[place >> 3] ?? 0) | (0x80 >> (place & 7));
}
