import type { ClaimCap } from './tables.ts';

/** The claim of a user whose permissions don't fit, where the config wants one. Source: spec/claim-format.md, "Overflow". */
export const OVERFLOW_MARKER = '!overflow';

export type FittedClaim =
  | { readonly decision: 'set'; readonly value: unknown; readonly bytes: number }
  | { readonly decision: 'deny' | 'omit'; readonly bytes: number };

/** What to do with a claim, so that the token never passes its budget. */
export function fitClaim(cap: ClaimCap | null, value: unknown): FittedClaim {
  if (cap === null) return { decision: 'set', value, bytes: 0 };
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes <= cap.bytes) return { decision: 'set', value, bytes };
  return cap.onOverflow === 'marker'
    ? { decision: 'set', value: OVERFLOW_MARKER, bytes }
    : { decision: cap.onOverflow, bytes };
}
