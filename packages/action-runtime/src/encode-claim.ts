// Both encodings behind one name, for the generator, which measures with them.
import { encodeAsOf } from './as-of.ts';
import { encodeBitset } from './encode-bitset.ts';
import { encodeNames } from './encode-names.ts';
import type { AudienceTable } from './tables.ts';

/** What of a layout decides how a claim is written. */
export type ClaimTable = Required<Pick<AudienceTable, 'encoding' | 'ids' | 'ends' | 'names'>> &
  Pick<AudienceTable, 'asOf'>;

/**
 * The value of the claim for the places that a user holds, in ascending order: `<ids>.<body>`, with `.<as-of>` where the
 * table wants it, or a sorted list of names. Source: spec/claim-format.md.
 * @param readAt milliseconds since 1970; every time takes as many characters
 */
export function encodeClaim(
  table: ClaimTable,
  places: readonly number[],
  readAt: number = 0,
): string | string[] {
  if (table.encoding === 'names') return encodeNames(table, places);
  const claim = encodeBitset(table, places);
  return table.asOf === undefined ? claim : `${claim}.${encodeAsOf(readAt, table.asOf === 'action')}`;
}
