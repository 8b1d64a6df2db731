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
