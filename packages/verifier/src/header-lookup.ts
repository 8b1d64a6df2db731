// What the adapters may ask a verifier of this package, and nobody else can: it only serves speed, and is no
// API.
import type { Access } from './access.ts';
import type { Challenger } from './proofs/challenger.ts';

/**
 * Under a registered symbol, so that adapters and verifiers of two copies of this package know each other.
 */
export const LOOK_UP_HEADER: unique symbol = Symbol.for('@claimgen/verifier/look-up-header') as never;

/**
 * What the cache of verified tokens knows of an `Authorization` header of the form `Bearer <token>`, at once.
 */
export interface HeaderLookup<P extends string> {
  [LOOK_UP_HEADER](authorization: string): Access<P> | undefined;
}

/** Under a registered symbol, for the same reason. */
export const PROOFS: unique symbol = Symbol.for('@claimgen/verifier/proofs') as never;

/** How adapters know that `verify` needs the request, and who writes the challenges then. */
export interface ProofsWanted {
  readonly [PROOFS]: Challenger;
}

/** Undefined for a verifier that needs no request, also of another make. */
export function challengerOf(verifier: object): Challenger | undefined {
  return (verifier as Partial<ProofsWanted>)[PROOFS];
}

/**
 * The access of a header that the verifier has verified before. V8 compares a header with the one that is
 * remembered at once, and a part of it only by a call. Undefined where `verify` has to be asked, and for a
 * verifier of another make.
 */
export function lookUpHeader<P extends string>(
  verifier: object,
  authorization: string | null | undefined,
): Access<P> | undefined {
  return typeof authorization === 'string'
    ? (verifier as Partial<HeaderLookup<P>>)[LOOK_UP_HEADER]?.(authorization)
    : undefined;
}
