// Auth0's limits, each with its source: the only place where one of these numbers is written.

/**
 * Auth0's limits for the entities of a tenant, which some contracts raise.
 * Source: https://auth0.com/docs/troubleshoot/customer-support/operational-policies/entity-limit-policy
 */
export const entityLimits = {
  scopesPerApi: 1_000,
  permissionsPerRole: 1_000,
  rolesPerTenant: 1_000,
  secretsPerAction: 30,
  actionsPerTrigger: 20,
} as const;

/** Characters of a scope, and so of a permission's name. Source: auth0/auth0-actions, helpers/accessToken. */
export const MAX_SCOPE_LENGTH = 280;

/** Scopes that the Actions of one login may add to its token. Source: as above. */
export const MAX_ADDED_SCOPES = 1_000;

/** Scopes that they may add or remove. Source: as above. */
export const MAX_SCOPE_CHANGES = 2_000;

/** Bytes of names and values, as JSON, that the custom claims of one token may have together ("100 KB"). */
export const MAX_CUSTOM_CLAIM_BYTES = 100_000;

/**
 * Bytes of an Action's code. A kB is read as 1,000 bytes to be safe.
 * Source: https://auth0.com/docs/customize/actions/limitations ("should not exceed 100 kB").
 */
export const MAX_CODE_BYTES = 100_000;

/** Milliseconds that one execution of a trigger may take, all its Actions together. Source: as above. */
export const MAX_TRIGGER_MS = 20_000;

/** Seconds that an API's access tokens may live at most. Source: https://auth0.com/docs/get-started/apis/api-settings */
export const MAX_TOKEN_LIFETIME = 2_592_000;
