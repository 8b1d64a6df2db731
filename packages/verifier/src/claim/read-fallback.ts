// Auth0's own claims, read in place of the permission claim while an API moves over: docs/guide/migrating.md.
import { VerifierError } from '../errors.ts';
import type { LayoutIndex, PlaceTable } from './layout-index.ts';
import type { FallbackFor } from './machine-token.ts';
import { isMachineToken } from './machine-token.ts';

/**
 * `permissions`: what Auth0 writes for an API with an `_authz` token dialect; `scope`: RFC 8693, section 4.2.
 */
export type FallbackClaim = 'permissions' | 'scope';

/** OpenID Connect Core 1.0, sections 3.1.2.1, 5.4 and 11: Auth0 grants these to whoever asks, RBAC or not. */
const OIDC_SCOPES: ReadonlySet<string> = new Set([
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
]);

/** What a stock claim says; `places` and `layout` as in a ClaimReading. */
export interface StockReading {
  readonly layout: 'absent';
  readonly readFrom: FallbackClaim;
  readonly table: PlaceTable;
  /** All names in the claim, known or not. */
  readonly names: readonly string[];
  readonly places: number;
}

export interface FallbackRule {
  readonly fallback: readonly FallbackClaim[];
  readonly fallbackFor: FallbackFor;
}

/**
 * Reads the first of the stock claims that the payload has. Undefined where it has none, or isn't one to read
 * them of. Throws `claim_malformed` where that one is not what Auth0 writes.
 */
export function readFallback(
  claims: { readonly [claim: string]: unknown },
  { fallback, fallbackFor }: FallbackRule,
  { all }: LayoutIndex,
): StockReading | undefined {
  if (fallbackFor === 'machines' && !isMachineToken(claims)) return undefined;
  const claim = fallback.find((name) => Object.hasOwn(claims, name));
  if (claim === undefined) return undefined;
  const names = namesIn(claim, claims[claim]);
  return { layout: 'absent', readFrom: claim, table: all, names, places: all.names.length };
}

function namesIn(claim: FallbackClaim, value: unknown): readonly string[] {
  if (claim === 'scope' && typeof value === 'string') {
    return value.split(' ').filter((name) => !OIDC_SCOPES.has(name));
  }
  if (claim === 'permissions' && isArrayOfStrings(value)) return value;
  throw malformed(claim);
}

function isArrayOfStrings(value: unknown): value is readonly string[] {
  if (!Array.isArray(value)) return false;
  // By index: iterating frozen arrays takes several times as long.
  for (let i = 0; i < value.length; i += 1) if (typeof value[i] !== 'string') return false;
  return true;
}

function malformed(claim: FallbackClaim): VerifierError {
  return new VerifierError(
    'claim_malformed',
    `"${claim}" claim must be ${claim === 'scope' ? 'a string' : 'an array of strings'}`,
  );
}
