import { formatPath, type ValuePath } from '../source-text/value-path.ts';

/** What a lint is about, stable across versions. */
export type LintCode =
  | 'rbac_off'
  | 'stock_permissions_claim'
  | 'token_profile'
  | 'auth0_api'
  | 'grants_nothing'
  | 'api_unknown'
  | 'symmetric_algorithm'
  | 'file_name'
  | 'same_export_name'
  | 'name_keyword'
  | 'action_name_keyword'
  | 'limit_scopes_per_api'
  | 'limit_permissions_per_role'
  | 'limit_roles_per_tenant'
  | 'limit_secrets'
  | 'limit_actions_per_trigger'
  | 'limit_claim_bytes';

/** What a tenant or a config has that would surprise its owner. An error ends the build; a warning is in the report. */
export interface Lint {
  readonly code: LintCode;
  readonly severity: 'error' | 'warning';
  /** What is wrong, in one sentence without a full stop. */
  readonly message: string;
  /** The place: a path in the config, or an object of the tenant. */
  readonly where: string;
  /** The place in the config as keys and indexes. */
  readonly path?: ValuePath;
  /** How to fix it, in the imperative. */
  readonly fix: string;
}

/** A place in the config. */
export function inConfig(path: ValuePath): { readonly where: string; readonly path: ValuePath } {
  return { where: formatPath(path), path };
}
