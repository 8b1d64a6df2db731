import { encodeBody } from './encode-body.ts';
import type { AudienceTable } from './tables.ts';

/** The claim `<ids>.<body>` of the places held, which ascend. Source: spec/claim-format.md. */
export function encodeBitset(
  { ids, ends }: Pick<AudienceTable, 'ids' | 'ends'>,
  places: readonly number[],
): string {
  // The generations up to the last in which a permission is held, at least the first.
  const last = places[places.length - 1] ?? 0;
  const count = 1 + ends.findIndex((end) => last < end);
  return ids.slice(0, count).join('') + '.' + encodeBody(places);
}
