import type { ClaimCap } from './tables.ts';

/** The claim of a user whose permissions don't fit, where the config wants one. Source: spec/claim-format.md, "Overflow". */
export const OVERFLOW_MARKER = '!overflow';

/**
 * The claim of a login that is to have no permissions, in either encoding. It is never left away instead: where the claim is absent, a
 * verifier may read a stock claim in its stead. Source: spec/claim-format.md.
 */
export const NO_PERMISSIONS: readonly string[] = [];

/** `bytes` are those of the claim as it was to be, measured where there is a cap. */
export type FittedClaim =
  | { readonly decision: 'set'; readonly value: unknown; readonly bytes: number }
  | { readonly decision: 'deny'; readonly bytes: number };

/** What to do with a claim, so that the token never passes its budget. */
export function fitClaim(cap: ClaimCap | null, value: unknown): FittedClaim {
  if (cap === null) return { decision: 'set', value, bytes: 0 };
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes <= cap.bytes) return { decision: 'set', value, bytes };
  if (cap.onOverflow === 'deny') return { decision: 'deny', bytes };
  return { decision: 'set', value: cap.onOverflow === 'marker' ? OVERFLOW_MARKER : NO_PERMISSIONS, bytes };
}
