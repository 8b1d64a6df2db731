import { VerifierError } from '../errors.ts';
import { decodeBody } from './decode-body.ts';
import type { LayoutIndex, Lineage, PlaceTable } from './layout-index.ts';
import { setBit } from './layout-index.ts';

/**
 * How the layout that a claim was written with relates to the one that the verifier has; for logs.
 * `current`: the same; `older`: written with fewer generations or an earlier lineage; `newer`: with more, or a later
 * lineage; `forked`: both grew differently from some generation on; `absent`: the token has no such claim.
 */
export type LayoutState = 'current' | 'older' | 'newer' | 'forked' | 'absent';

/** What was read: claimgen's claim, a stock claim of Auth0 in its stead, or none. */
export type PermissionSource = 'claim' | 'permissions' | 'scope' | 'none';

/** What a claim says, in terms of the verifier's own layout. */
export interface ClaimReading {
  readonly layout: LayoutState;
  readonly source: PermissionSource;
  readonly table: PlaceTable;
  /** Bit i at `bits[i >> 3] & (0x80 >> (i & 7))`: place i of `table` is granted. */
  readonly bits: Uint8Array;
  /** How many places of `table` the claim could speak about. */
  readonly places: number;
}

/**
 * Reads the value of the claim, in either encoding, so that an audience can change its encoding while tokens are in flight.
 * Throws `claim_malformed` and `layout_unknown`.
 */
export function readClaim(value: unknown, index: LayoutIndex): ClaimReading {
  if (value === undefined) {
    return { layout: 'absent', source: 'none', table: index.all, bits: new Uint8Array(0), places: 0 };
  }
  if (typeof value === 'string') return readBitset(value, index);
  if (Array.isArray(value)) return readNames(value, index);
  throw malformed('The permission claim is neither a text nor a list');
}

function readBitset(text: string, index: LayoutIndex): ClaimReading {
  const dot = text.indexOf('.');
  if (dot < 6 || dot % 6 !== 0) throw malformed('The permission claim does not begin with generation ids');
  const ids = text.slice(0, dot);
  if (!/^[\w-]+$/.test(ids)) throw malformed('The permission claim does not begin with generation ids');
  const lineage = index.byFirstId.get(ids.slice(0, 6));
  if (lineage === undefined) {
    throw new VerifierError('layout_unknown', 'The permission claim was written with a layout unknown here');
  }
  const named = dot / 6;
  const shared = countShared(ids, lineage);
  // Places beyond the shared generations belong to somebody else's layout: spec/claim-format.md, "Reading".
  const places = lineage.placesIn[shared] ?? 0;
  const { bits, overflow } = decodeBody(text.slice(dot + 1), places);
  if (overflow && named === shared) throw malformed('The permission claim holds a place past its layout');
  for (let i = 0; i < bits.length; i += 1) bits[i] = (bits[i] ?? 0) & (lineage.grantable[i] ?? 0);
  const layout = compare(named, shared, lineage, index.active);
  return { layout, source: 'claim', table: lineage, bits, places };
}

function countShared(ids: string, lineage: Lineage): number {
  let shared = 1;
  while (shared < lineage.ids.length && lineage.ids[shared] === ids.slice(6 * shared, 6 * shared + 6))
    shared += 1;
  return shared;
}

function compare(named: number, shared: number, lineage: Lineage, active: number): LayoutState {
  const known = lineage.ids.length;
  if (shared < named && shared < known) return 'forked';
  if (shared < named || lineage.number > active) return 'newer';
  return shared < known || lineage.number < active ? 'older' : 'current';
}

function readNames(names: readonly unknown[], { all, withdrawn }: LayoutIndex): ClaimReading {
  const bits = new Uint8Array(all.grantable.length);
  let layout: LayoutState = 'current';
  let last: string | undefined;
  for (const name of names) {
    // `<` on strings compares UTF-16 code units, the order of the names encoding.
    if (typeof name !== 'string' || (last !== undefined && name <= last)) {
      throw malformed('The permission claim is not an ascending list of texts');
    }
    last = name;
    const place = all.places.get(name);
    if (place !== undefined) setBit(bits, place);
    else if (!withdrawn.has(name)) layout = 'newer';
  }
  return { layout, source: 'claim', table: all, bits, places: all.names.length };
}

function malformed(message: string): VerifierError {
  return new VerifierError('claim_malformed', message);
}
