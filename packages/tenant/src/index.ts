// @claimgen/tenant: what claimgen's commands do with an Auth0 tenant.
export { type Clock, systemClock } from './clock.ts';
export { type Auth0CliPlaces, readAuth0CliLogin } from './credentials/auth0-cli.ts';
export {
  type ClientCredentials,
  type CredentialPlaces,
  type Credentials,
  findCredentials,
  type Question,
  type TokenCredentials,
} from './credentials/credentials.ts';
export { type Keyring, openKeyring, storeClient } from './credentials/keyring.ts';
export { SCOPES } from './credentials/scopes.ts';
export {
  type CachedToken,
  openTokenCache,
  type TokenCache,
  type TokenKey,
} from './credentials/token-cache.ts';
export { createTokenSource, type TokenSourceOptions } from './credentials/token-source.ts';
export {
  type ActionContent,
  type ActionState,
  type ActionVersion,
  type Binding,
  type DeployedVersion,
  readVersions,
  type TriggerState,
} from './deploy/action-state.ts';
export { type ApplyOptions, applyPlan, type DeployResult } from './deploy/apply.ts';
export {
  type ActionDependency,
  type ActionSecret,
  codeHash,
  type DesiredAction,
} from './deploy/desired-action.ts';
export { formatPlan } from './deploy/format-plan.ts';
export { type DeployPlan, type DeployStep, type PlanOptions, planDeploy } from './deploy/plan.ts';
export { planRollback, type RollbackPlan, type RollbackResult, rollback } from './deploy/rollback.ts';
export type { ExpectedApi } from './doctor/api-findings.ts';
export { type Diagnosis, diagnose, type Expected } from './doctor/diagnose.ts';
export type { Finding, FindingCode, Severity } from './doctor/finding.ts';
export { diagnoseStreams } from './doctor/stream-findings.ts';
export { managementAudience, parseDomain } from './domain.ts';
export { TenantError, type TenantErrorCode } from './errors.ts';
export {
  type ImportedExport,
  type ImportOptions,
  importAuthorizationExtension,
} from './import/authorization-extension.ts';
export { type CheckpointList, type CheckpointPage, readCheckpointList } from './paging/checkpoint-list.ts';
export { type OffsetList, type OffsetPage, readOffsetList } from './paging/offset-list.ts';
export * from './pull/catalog-diff.ts';
export { catalogFile } from './pull/catalog-file.ts';
export { deployFolder, FOLDERS, type FolderFile } from './pull/deploy-folder.ts';
export { diffCatalogFile } from './pull/diff-catalog-file.ts';
export { formatDuration, formatRemaining, type Progress } from './pull/estimate.ts';
export { type Journal, openJournal } from './pull/journal.ts';
export type { List } from './pull/packed-list.ts';
export { type PullOptions, pull } from './pull/pull.ts';
export type {
  ApiExport,
  GrantExport,
  GrantedPermission,
  RoleExport,
  Scope,
  TenantExport,
} from './pull/tenant-export.ts';
export { writeWhole } from './pull/write-file.ts';
export { type Revocation, type RevokeOptions, type RevokeStep, revokeUser } from './revoke/revoke-user.ts';
export { type OpenTenant, type OpenTenantOptions, openTenant } from './tenant.ts';
export { type ExportedUser, type ExportUsersOptions, exportUsers } from './users/export-users.ts';
export type { Transport } from './wire/exchange.ts';
export { type RateLimit, readRateLimit } from './wire/rate-limit.ts';
export { createWire, type TokenSource, type Wire, type WireEvent, type WireOptions } from './wire/wire.ts';
