// What createVerifier can be told.
import type { Algorithm } from './algorithms.ts';
import type { TokenCacheBounds, TokenCacheOptions } from './cache/cache-options.ts';
import type { ChangesOptions, CheckedChanges } from './changes/options.ts';
import type { FallbackFor } from './claim/machine-token.ts';
import type { FallbackClaim } from './claim/read-fallback.ts';
import type { VerifierHooks } from './hooks.ts';
import type { CheckedIssuers, IssuerFunction, IssuerOptions, Jwks } from './issuers/issuers.ts';
import type { KeySource } from './keys/key-source.ts';
import type { Layout } from './layout.ts';
import type { CheckedDpop, DpopOptions } from './proofs/dpop-options.ts';
import type { PermissionResolver, PermissionsFrom } from './resolver/permission-resolver.ts';
import type { Typ } from './token/header.ts';
import type { SenderConstrained } from './token/registered-claims.ts';

export interface VerifierOptions<P extends string = string> {
  /**
   * The `iss` claim of the tokens, exactly. Auth0 writes it with a trailing slash:
   * `https://acme.eu.auth0.com/`. Several, such as a tenant's own domain and its custom domain, as an array, of
   * which each has its own keys; a function for tenants that are known at run time only.
   */
  readonly issuer: string | readonly (string | IssuerOptions)[] | IssuerFunction;
  /** What the generated module exports, or its parsed `.json`. */
  readonly layout: Layout<P>;
  /** The `aud` claim must be or hold it. By default the layout's; required where the layout has none. */
  readonly audience?: string | undefined;
  /** By default RS256 only. */
  readonly algorithms?: readonly Algorithm[] | undefined;
  /**
   * By default `.well-known/jwks.json` below the issuer, or what its metadata names. `createKeySet` sets its times.
   * For one issuer only.
   */
  readonly jwks?: Jwks | undefined;
  /** Seconds that clocks may differ by. By default 5. */
  readonly clockTolerance?: number | undefined;
  /** By default the system's clock. */
  readonly clock?: (() => Date) | undefined;
  /** Bounds of the cache of verified tokens; false for none. docs/explanation/verified-token-cache.md */
  readonly cache?: TokenCacheOptions | boolean | undefined;
  /**
   * Claims of Auth0's own to read, in this order, from tokens without the permission claim. By default none.
   */
  readonly fallback?: readonly FallbackClaim[] | undefined;
  /**
   * Whose tokens `fallback` is for. By default everyone's, which changing over needs; after it, say machines
   * (tokens for client credentials): no Post-Login Action ever writes into those, but a user's token without
   * the claim is suspect.
   */
  readonly fallbackFor?: FallbackFor | undefined;
  /**
   * Say true where RBAC is on for the API: with it off Auth0 grants every scope that is asked for. Needed for
   * `scope` in `fallback`.
   */
  readonly rbacEnforced?: boolean | undefined;
  /**
   * Tokens with a `cnf` claim (DPoP, mTLS) are refused by default. `verify` verifies the proof of possession, by the
   * request that `verify` is given; `require` also refuses tokens that are not bound. Say `accept` only where a gateway
   * checked the proof of every request. docs/reference/verifier.md
   */
  readonly senderConstrained?: SenderConstrained | undefined;
  /** How proofs of DPoP are verified, with `senderConstrained` `verify` or `require`. */
  readonly dpop?: DpopOptions | undefined;
  /**
   * Whether the header must say what the token is: `JWT` or `at+jwt`. By default required; `optional` accepts
   * a token that has no `typ` at all, as Cognito and Okta write them. Another type is refused in any case.
   */
  readonly typ?: Typ | undefined;
  /**
   * Where changes of permissions are learnt of, so that they count before the token expires: docs/explanation/changes.md. By default
   * nowhere: what a token says is true until it expires.
   */
  readonly changes?: ChangesOptions | undefined;
  /**
   * Knows what users hold where the token can't say (`!overflow`) or shall not: `createResolver` of `@claimgen/resolver`.
   * docs/guide/resolver.md
   */
  readonly resolver?: PermissionResolver | undefined;
  /**
   * Where users' permissions are read. By default the token, and the resolver only where the permissions did not fit into it;
   * with `resolver` what the token says of them is not looked at. Tokens of machines are read as ever.
   */
  readonly permissions?: PermissionsFrom | undefined;
  /** Told of what the verifier does, for metrics and traces; never of a token. */
  readonly on?: VerifierHooks | undefined;
  /** Characters; a longer token is refused unread. By default 16,384, Node's limit for headers. */
  readonly maxTokenLength?: number | undefined;
}

/** Options that were checked, with the defaults in place: what is the same for every issuer. */
export interface CommonOptions {
  readonly layout: Layout;
  readonly audience: string;
  readonly algorithms: readonly Algorithm[];
  readonly clockTolerance: number;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Whether `now` moves by itself. */
  readonly hasSystemClock: boolean;
  readonly cache: TokenCacheBounds | undefined;
  readonly fallback: readonly FallbackClaim[];
  readonly fallbackFor: FallbackFor;
  readonly senderConstrained: SenderConstrained;
  /** Present with `senderConstrained` `verify` and `require`. */
  readonly dpop: CheckedDpop | undefined;
  readonly typ: Typ;
  readonly changes: CheckedChanges | undefined;
  readonly resolver: PermissionResolver | undefined;
  readonly permissions: PermissionsFrom;
  readonly on: VerifierHooks | undefined;
  readonly maxTokenLength: number;
}

/** Options that were checked. */
export interface CheckedOptions {
  readonly common: CommonOptions;
  readonly issuers: CheckedIssuers;
}

/** The options of one issuer. */
export interface IssuerVerifierOptions extends CommonOptions {
  readonly issuer: string;
  readonly keys: KeySource;
}
