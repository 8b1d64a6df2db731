import type { AudienceTable } from './tables.ts';

/** The claim as a list: the names at the places held, sorted by UTF-16 code units. */
export function encodeNames(
  { names = [] }: Pick<AudienceTable, 'names'>,
  places: readonly number[],
): string[] {
  return places.map((place) => names[place] ?? '').sort();
}
