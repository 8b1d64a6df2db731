import { OVERFLOW_MARKER } from '@claimgen/action-runtime';
import { base64urlLength, LINE_FRAME } from '#auth0/access-token';
import type { Budget } from '../config/budget.ts';
import type { TokenProof } from './token-proof.ts';
import { jsonBytes, type WorstClaim } from './worst-claim.ts';

/** The most bytes that a claim's JSON text may have so that its token stays within the budget; may be negative. */
export function claimRoom(budget: Budget, proof: TokenProof, claimBytes: number): number {
  const left =
    budget.bytes - LINE_FRAME - base64urlLength(proof.header) - 2 - base64urlLength(proof.signature);
  // base64urlLength(n) <= left where n <= 3 / 4 of left.
  return Math.floor((left * 3) / 4) - (proof.payload - claimBytes);
}

/** The worst case of a list of names that the Action measures: the longest list that it lets pass. */
export function cappedWorst(
  worst: WorstClaim,
  names: ReadonlyMap<number, string>,
  cap: { readonly bytes: number; readonly onOverflow: 'deny' | 'omit' | 'marker' },
): WorstClaim {
  if (worst.bytes <= cap.bytes) return worst;
  // The marker is not measured, and an empty list is the least that a claim can be.
  const least = cap.onOverflow === 'marker' ? jsonBytes(OVERFLOW_MARKER) : 2;
  const places = longestWithin(names, cap.bytes);
  const reached = jsonBytes(places.map((place) => names.get(place)));
  const bytes = Math.max(reached, least);
  return { bytes, places, reached: Math.max(reached, least) };
}

/** The places whose names' JSON array is the longest of at most `most` bytes: a subset sum, exact. */
function longestWithin(names: ReadonlyMap<number, string>, most: number): number[] {
  // Each name takes its text and a comma; the first has no comma, and two brackets stand around.
  const room = most - 1;
  if (room < 1) return [];
  /** By bytes: the place that was added last to come to them; -1 for nothing at all, undefined where no list has so many. */
  const lastOf: (number | undefined)[] = [-1];
  const sizes = new Map([...names].map(([place, name]) => [place, jsonBytes(name) + 1]));
  for (const [place, size] of sizes) {
    if (lastOf[room] !== undefined) break;
    for (let bytes = room; bytes >= size; bytes--) {
      if (lastOf[bytes] === undefined && lastOf[bytes - size] !== undefined) lastOf[bytes] = place;
    }
  }
  let bytes = room;
  while (lastOf[bytes] === undefined) bytes -= 1;
  const places: number[] = [];
  while (bytes > 0) {
    const place = lastOf[bytes] as number;
    places.push(place);
    bytes -= sizes.get(place) as number;
  }
  return places.sort((a, b) => a - b);
}
