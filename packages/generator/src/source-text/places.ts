// Where the values of a file begin: the one form that JSON and YAML are both brought into, so that a problem can name line and column.
import type { ValuePath } from './value-path.ts';

/** Where a value begins in a text, and where its parts do. Offsets count UTF-16 code units. */
export interface Place {
  /** Where people look for the value. */
  readonly start: number;
  readonly end: number;
  /** The entries of an object; for two equal keys, the last. */
  readonly properties?: ReadonlyMap<string, PropertyPlace>;
  /** The entries of an array; undefined where the text has nothing for one, such as a lone dash. */
  readonly items?: readonly (Place | undefined)[];
}

/** Where an object's key begins, and its value. */
export interface PropertyPlace {
  readonly key: number;
  readonly value: Place;
}

/** The place of the value at `path`, if the text has one. */
export function placeAt(root: Place, path: ValuePath): Place | undefined {
  let place: Place | undefined = root;
  for (const part of path) {
    place = typeof part === 'number' ? place?.items?.[part] : place?.properties?.get(part)?.value;
  }
  return place;
}

/** What two places have in common exactly where one is written once and the other taken from it by an alias or a merge key. */
export function writtenOnce(place: Place): object {
  return place.properties ?? place.items ?? place;
}

/**
 * Where the value at `path` begins; with `key`, where that key of it does. Where either is missing, the nearest value that would hold it.
 * Takes time by the length of the path alone, so that a file with many problems costs no more than reading it.
 */
export function offsetIn(root: Place, path: ValuePath, key: string | undefined): number {
  let place = root;
  for (const part of path) {
    const next = typeof part === 'number' ? place.items?.[part] : place.properties?.get(part)?.value;
    if (next === undefined) return place.start;
    place = next;
  }
  return (key === undefined ? undefined : place.properties?.get(key)?.key) ?? place.start;
}
