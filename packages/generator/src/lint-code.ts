// The codes of lints: those that are errors are codes of problems, too.

/** What a lint is about, stable across versions. */
export type LintCode =
  | 'rbac_off'
  | 'stock_permissions_claim'
  | 'token_profile'
  | 'auth0_api'
  | 'grants_nothing'
  | 'api_unknown'
  | 'symmetric_algorithm'
  | 'token_algorithm'
  | 'token_encrypted'
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
