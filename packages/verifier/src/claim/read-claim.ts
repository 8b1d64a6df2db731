// Reads the permission claim in terms of the verifier's own layout.
import { VerifierError } from '../errors.ts';
import { splitAsOf, type WrittenAsOf } from './as-of.ts';
import { decodeBody } from './decode-body.ts';
import type { LayoutState } from './generations.ts';
import { compareLayouts, countShared, IDS, OVERFLOW_MARKER } from './generations.ts';
import type { LayoutIndex, PlaceTable } from './layout-index.ts';
import { setBit } from './layout-index.ts';

/** What was read: claimgen's claim, one of Auth0's own in its place, what the resolver said, or none. */
export type ReadFrom = 'claim' | 'permissions' | 'scope' | 'resolver' | 'none';

/** What a claim says, in terms of the verifier's own layout. */
export interface ClaimReading {
  readonly layout: LayoutState;
  readonly readFrom: ReadFrom;
  readonly table: PlaceTable;
  /** Bit i at `bits[i >> 3] & (0x80 >> (i & 7))`: place i of `table` is granted. */
  readonly bits: Uint8Array;
  /** How many places of `table` the claim could speak about. */
  readonly places: number;
  /** Undefined where the claim doesn't say. */
  readonly asOf?: WrittenAsOf | undefined;
}

/**
 * Reads the value of the claim, in either encoding, so that an audience can change its encoding while tokens
 * are in flight. Throws `claim_malformed`, `claim_overflow` and `layout_unknown`.
 */
export function readClaim(value: unknown, index: LayoutIndex): ClaimReading {
  if (value === undefined) {
    return { layout: 'absent', readFrom: 'none', table: index.all, bits: new Uint8Array(0), places: 0 };
  }
  if (value === OVERFLOW_MARKER) {
    throw new VerifierError('claim_overflow', 'The permissions did not fit into the token');
  }
  if (typeof value === 'string') return readBitset(value, index);
  if (Array.isArray(value)) return readNames(value, index);
  throw malformed('The permission claim must be a string or an array of strings');
}

function readBitset(text: string, index: LayoutIndex): ClaimReading {
  const dot = text.indexOf('.');
  const ids = text.slice(0, Math.max(dot, 0));
  if (!IDS.test(ids)) throw malformed('The permission claim must begin with generation ids and a dot');
  const { text: body, asOf } = splitAsOf(text, dot + 1);
  const lineage = index.byFirstId.get(ids.slice(0, 6));
  if (lineage === undefined) {
    throw new VerifierError('layout_unknown', 'The permission claim was written with an unknown layout');
  }
  const named = dot / 6;
  const shared = countShared(ids, lineage.ids);
  // Places beyond the shared generations belong to somebody else's layout: spec/claim-format.md, "Reading".
  const places = lineage.placesIn[shared] ?? 0;
  const { bits, overflow } = decodeBody(body, places, dot + 1);
  if (overflow && named === shared) throw malformed('The permission claim holds a place outside its layout');
  for (let i = 0; i < bits.length; i += 1) bits[i] = (bits[i] ?? 0) & (lineage.grantable[i] ?? 0);
  const layout = compareLayouts(named, shared, lineage.ids.length, lineage.number - index.active);
  return { layout, readFrom: 'claim', table: lineage, bits, places, asOf };
}

function readNames(names: readonly unknown[], { all, withdrawn }: LayoutIndex): ClaimReading {
  const bits = new Uint8Array(all.grantable.length);
  let layout: LayoutState = 'current';
  let last: string | undefined;
  // By index: iterating frozen arrays takes several times as long.
  for (let i = 0; i < names.length; i += 1) {
    const name = names[i];
    // `<` on strings compares UTF-16 code units, the order of the names encoding.
    if (typeof name !== 'string' || (last !== undefined && name <= last)) {
      throw malformed('The permission claim must be an array of strings in ascending order');
    }
    last = name;
    const place = all.places.get(name);
    if (place !== undefined) setBit(bits, place);
    else if (!withdrawn.has(name)) layout = 'newer';
  }
  return { layout, readFrom: 'claim', table: all, bits, places: all.names.length };
}

function malformed(message: string): VerifierError {
  return new VerifierError('claim_malformed', message);
}
