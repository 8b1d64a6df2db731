import { encodeBody } from './encode-body.ts';
import type { AudienceTable } from './tables.ts';

/**
 * The value of the claim for the places that a user holds, in ascending order: `<ids>.<body>`, or a sorted list of names.
 * Source: spec/claim-format.md.
 */
export function encodeClaim(
  table: Pick<AudienceTable, 'encoding' | 'names' | 'ids' | 'ends'>,
  places: readonly number[],
): string | string[] {
  if (table.encoding === 'names') {
    return places.map((place) => table.names[place] ?? '').sort();
  }
  // The generations from the first up to the last in which a permission is held, at least the first.
  const last = places[places.length - 1] ?? 0;
  const count = 1 + table.ends.findIndex((end) => last < end);
  return table.ids.slice(0, count).join('') + '.' + encodeBody(places);
}
