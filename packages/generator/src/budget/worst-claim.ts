import { type ClaimTable, encodeClaim } from '@claimgen/action-runtime';
import type { AudienceConfig } from '../config/audience-config.ts';
import type { AudienceLayout } from '../layout/layout.ts';
import { asOfMember, type ClaimSettings, claimTable } from '../plan/claim-table.ts';

/** The largest value that an audience's claim can have. */
export interface WorstClaim {
  /** No set of permissions makes the claim's JSON text longer; proof: docs/explanation/proof.md. */
  readonly bytes: number;
  /** A set of places whose claim is the longest found, ascending. */
  readonly places: readonly number[];
  /** The length of that claim's JSON text; equal to `bytes` where the bound is reached. */
  readonly reached: number;
}

/**
 * The worst case over every set of the given names.
 * @param names those that the environment's Action can set
 */
export function worstClaim(
  audience: AudienceConfig,
  layout: AudienceLayout,
  names: ReadonlySet<string>,
): WorstClaim {
  const table = claimTable(audience, layout);
  const places = placesOf(table, names);
  const length = (held: readonly number[]) => jsonBytes(encodeClaim(table, held));
  // A JSON array only grows with each name.
  if (audience.encoding === 'names') {
    const bytes = claimBound(table, names);
    return { bytes, places, reached: bytes };
  }
  const found = candidateSets(places)
    .map((held) => ({ held, reached: length(held) }))
    .reduce((worst, candidate) => (candidate.reached > worst.reached ? candidate : worst));
  return { bytes: longestBitset(table, places), places: found.held, reached: found.reached };
}

/** The bound of `worstClaim` without a set that comes near it. */
export function claimBound(table: BoundTable, names: ReadonlySet<string>): number {
  const places = placesOf(table, names);
  if (table.encoding === 'bitset') return longestBitset(table, places);
  return namesBytes(places.map((place) => jsonBytes(table.names[place])));
}

/**
 * The bound of a layout that has these permissions and no others.
 * @param sizes the bytes of each name's JSON text
 */
export function freshBound(audience: ClaimSettings, sizes: readonly number[]): number {
  if (audience.encoding === 'names') return namesBytes(sizes);
  return longestBitset(
    { ends: [sizes.length], ...asOfMember(audience) },
    sizes.map((_, place) => place),
  );
}

/** What of a table a bound depends on. */
export type BoundTable = Pick<ClaimTable, 'encoding' | 'names' | 'ends' | 'asOf'>;

/** The bytes of a JSON array of strings, by those of each. */
function namesBytes(sizes: readonly number[]): number {
  // [, each name with a comma but the last, ]
  return sizes.length === 0 ? 2 : sizes.reduce((sum, size) => sum + size + 1, 1);
}

function placesOf(table: BoundTable, names: ReadonlySet<string>): number[] {
  const places: number[] = [];
  for (const [place, name] of table.names.entries()) if (names.has(name)) places.push(place);
  return places;
}

/** Two quotes, ids, a dot and the body; where it has one, a dot and the as-of. */
function longestBitset(table: Pick<ClaimTable, 'ends' | 'asOf'>, places: readonly number[]): number {
  const last = places[places.length - 1] ?? 0;
  const ids = 1 + table.ends.findIndex((bound) => last < bound);
  return 2 + 6 * ids + 1 + longestBody(places) + asOfBytes(table);
}

/** A dot and six characters, for every time. */
export function asOfBytes({ asOf }: Pick<ClaimTable, 'asOf'>): number {
  return asOf === undefined ? 0 : 7;
}

/**
 * A length that no body of a subset of `places` exceeds. The encoder takes the shortest of three modes, and gaps cost the more the more is held, for every
 * parameter: holding all of `places` is their worst case. With the parameter 0 they are as long as raw text, which depends on the last place only.
 */
function longestBody(places: readonly number[]): number {
  let gaps = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 16; k++) {
    let bits = 6;
    let next = 0;
    for (const place of places) {
      bits += Math.floor((place - next) / 2 ** k) + 1 + k;
      next = place + 1;
    }
    gaps = Math.min(gaps, Math.ceil(bits / 6));
  }
  return gaps;
}

/** Sets that are hard to write shortly: all, every other place down from the last, and two of three of those there are. */
function candidateSets(places: readonly number[]): (readonly number[])[] {
  const last = places[places.length - 1] ?? 0;
  return [
    places,
    places.filter((place) => (last - place) % 2 === 0),
    places.filter((_, index) => (places.length - 1 - index) % 3 !== 1),
  ];
}

/** The bytes of a value's JSON text in UTF-8. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
