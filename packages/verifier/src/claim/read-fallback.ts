import { VerifierError } from '../errors.ts';
import type { LayoutIndex } from './layout-index.ts';
import { setBit } from './layout-index.ts';
import type { FallbackFor } from './machine-token.ts';
import { isMachineToken } from './machine-token.ts';
import type { ClaimReading } from './read-claim.ts';

/** `permissions`: what Auth0 writes for an API with an `_authz` token dialect; `scope`: RFC 8693, section 4.2. */
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

export interface FallbackRule {
  readonly fallback: readonly FallbackClaim[];
  readonly fallbackFor: FallbackFor;
}

/**
 * Reads the first of the stock claims that the payload has. Undefined where it has none, or isn't one to read them of.
 * Throws `claim_malformed` where that one is not what Auth0 writes.
 */
export function readFallback(
  claims: { readonly [claim: string]: unknown },
  { fallback, fallbackFor }: FallbackRule,
  { all }: LayoutIndex,
): ClaimReading | undefined {
  if (fallbackFor === 'machines' && !isMachineToken(claims)) return undefined;
  const claim = fallback.find((name) => Object.hasOwn(claims, name));
  if (claim === undefined) return undefined;
  const names = listIn(claim, claims[claim]);
  const bits = new Uint8Array(all.grantable.length);
  // By index: the iteration of frozen lists takes several times as long.
  for (let i = 0; i < names.length; i += 1) {
    const name = names[i];
    if (typeof name !== 'string') throw malformed(claim);
    const place = all.places.get(name);
    if (place !== undefined) setBit(bits, place);
  }
  return { layout: 'absent', source: claim, table: all, bits, places: all.names.length };
}

function listIn(claim: FallbackClaim, value: unknown): readonly unknown[] {
  if (claim === 'scope' && typeof value === 'string') {
    return value.split(' ').filter((name) => !OIDC_SCOPES.has(name));
  }
  if (claim === 'permissions' && Array.isArray(value)) return value;
  throw malformed(claim);
}

function malformed(claim: FallbackClaim): VerifierError {
  return new VerifierError('claim_malformed', `The stock ${claim} claim is not what Auth0 writes`);
}
