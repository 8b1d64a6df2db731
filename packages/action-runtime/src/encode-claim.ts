// Both encodings behind one name, for the generator, which measures with them.
import { encodeBitset } from './encode-bitset.ts';
import { encodeNames } from './encode-names.ts';
import type { AudienceTable } from './tables.ts';

/** What of a layout decides how a claim is written. */
export type ClaimTable = Required<Pick<AudienceTable, 'encoding' | 'ids' | 'ends' | 'names'>>;

/**
 * The value of the claim for the places that a user holds, in ascending order: `<ids>.<body>`, or a sorted list of names.
 * Source: spec/claim-format.md.
 */
export function encodeClaim(table: ClaimTable, places: readonly number[]): string | string[] {
  return table.encoding === 'names' ? encodeNames(table, places) : encodeBitset(table, places);
}
