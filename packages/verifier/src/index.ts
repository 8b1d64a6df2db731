// What @claimgen/verifier exports.
export type { Access, AccessClaims } from './access.ts';
export { hasAllPermissions, hasAnyPermission, hasPermission } from './access.ts';
export type { Algorithm } from './algorithms.ts';
export { readAuthorization, readBearer, toRefusal } from './bearer.ts';
export type { TokenCacheOptions } from './cache/cache-options.ts';
export type { FreshnessReport } from './changes/freshness.ts';
export type { ChangesOptions } from './changes/options.ts';
export type { StalePolicy } from './changes/policy.ts';
export type { LayoutState } from './claim/generations.ts';
export type { FallbackFor } from './claim/machine-token.ts';
export type { ReadFrom } from './claim/read-claim.ts';
export type { FallbackClaim } from './claim/read-fallback.ts';
export type { Denial, DenialReason } from './denial.ts';
export { explainDenial } from './denial.ts';
export type { VerifierErrorCode, VerifierErrorStatus } from './error-codes.ts';
export type { VerifierErrorDetails } from './errors.ts';
export { isVerifierError, VerifierError } from './errors.ts';
export { fromEnv } from './from-env.ts';
export type {
  CacheHitEvent,
  KeySetFetchedEvent,
  RefusedEvent,
  VerifiedEvent,
  VerifierHooks,
} from './hooks.ts';
export type { IssuerAnswer, IssuerFunction, IssuerOptions } from './issuers/issuers.ts';
export type { KeySet } from './keys/create-key-set.ts';
export { createKeySet } from './keys/create-key-set.ts';
export type { JsonWebKeySet, KeyRequest } from './keys/json-web-key-set.ts';
export type { KeySetFunction } from './keys/key-function.ts';
export type { KeySetOptions } from './keys/key-set-options.ts';
export type { Generation, Layout } from './layout.ts';
export type { VerifierOptions } from './options.ts';
export type { PermissionSet } from './permission-set.ts';
export type { PermissionState } from './permission-state.ts';
export { permissionState } from './permission-state.ts';
export type { DpopOptions } from './proofs/dpop-options.ts';
export type { NonceOptions, NonceSource } from './proofs/nonces.ts';
export { createNonces } from './proofs/nonces.ts';
export type { ReplayMemoryOptions, ReplayStore } from './proofs/replays.ts';
export type { Scheme, SenderRequest } from './proofs/sender-request.ts';
export type { Refusal, RefusalReason } from './refusal.ts';
export { requireAllPermissions, requireAnyPermission, requirePermission } from './require-permission.ts';
export type {
  PermissionAnswer,
  PermissionQuery,
  PermissionResolver,
  PermissionsFrom,
} from './resolver/permission-resolver.ts';
export type { Typ } from './token/header.ts';
export type { SenderConstrained } from './token/registered-claims.ts';
export type { TokenAge } from './token-age.ts';
export type { Verifier } from './verifier.ts';
export { createVerifier } from './verifier.ts';
