import { entityLimits, MAX_CUSTOM_CLAIM_BYTES } from '#auth0/limits';
import type { AudienceReport } from '../budget/audience-sizes.ts';
import { type Catalog, permissionKey } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/audience-config.ts';
import type { Config } from '../config/config.ts';
import { count } from '../format/count.ts';
import type { LintCode } from '../lint-code.ts';
import { factsOfAll } from '../sources/facts-of.ts';
import { inConfig, type Lint } from './lint.ts';

/** What of the catalog passes the limits that Auth0 has for a tenant's entities. Plans differ: these are warnings. */
export function catalogLimitLints(config: Config, catalog: Catalog): Lint[] {
  const perApi = new Map<string, number>();
  let ofNoApi = 0;
  for (const { audience } of distinct(catalog.permissions)) {
    if (audience === undefined) ofNoApi += 1;
    else perApi.set(audience, (perApi.get(audience) ?? 0) + 1);
  }
  // Where a list in the event is the only source, the names need be no scopes of an API at all.
  const needsScopes = config.audiences.some(({ sources }) =>
    factsOfAll(sources).some(({ readsRoles }) => readsRoles),
  );
  return [
    ...[...perApi].flatMap(([api, scopes]) => scopesLint(`catalog, API ${api}`, scopes)),
    ...(needsScopes ? scopesLint('catalog, permissions of no API', ofNoApi) : []),
    ...catalog.roles.flatMap(({ name, permissions }) => {
      const held = distinct(permissions).length;
      return over(held, entityLimits.permissionsPerRole, {
        code: 'limit_permissions_per_role',
        where: `catalog, role ${JSON.stringify(name)}`,
        message: `the role has ${count(held)} permissions, and Auth0 allows ${count(entityLimits.permissionsPerRole)}`,
        fix: 'Split the role in two, or ask Auth0 for a higher limit.',
      });
    }),
    ...over(catalog.roles.length, entityLimits.rolesPerTenant, {
      code: 'limit_roles_per_tenant',
      where: 'catalog, roles',
      message: `there are ${count(catalog.roles.length)} roles, and Auth0 allows ${count(entityLimits.rolesPerTenant)} a tenant`,
      fix: 'Merge roles, or ask Auth0 for a higher limit.',
    }),
  ];
}

function scopesLint(where: string, scopes: number): Lint[] {
  return over(scopes, entityLimits.scopesPerApi, {
    code: 'limit_scopes_per_api',
    where,
    message: `there are ${count(scopes)} permissions, and Auth0 allows ${count(entityLimits.scopesPerApi)} an API`,
    fix: 'Spread them over several APIs and unite them with from, keep them in app_metadata with an event source, or ask Auth0 for a higher limit.',
  });
}

function over(found: number, limit: number, lint: Omit<Lint, 'severity'>): Lint[] {
  return found > limit ? [{ severity: 'warning', ...lint }] : [];
}

function distinct(permissions: Catalog['permissions']): Catalog['permissions'] {
  return [...new Map(permissions.map((permission) => [permissionKey(permission), permission])).values()];
}

/** What of the Actions Auth0 would refuse. */
export function actionLimitLints(actions: number, secretNames: readonly string[]): Lint[] {
  const error = (code: LintCode, key: string, message: string, fix: string): Lint => ({
    code,
    severity: 'error',
    ...inConfig(['action', key]),
    message,
    fix,
  });
  return [
    ...(actions > entityLimits.actionsPerTrigger
      ? [
          error(
            'limit_actions_per_trigger',
            'split',
            `there would be ${actions} Actions, and Auth0 binds ${entityLimits.actionsPerTrigger} to a trigger`,
            'Put several audiences into one config without split, or spread the APIs over tenants.',
          ),
        ]
      : []),
    ...(secretNames.length > entityLimits.secretsPerAction
      ? [
          error(
            'limit_secrets',
            'source',
            `an Action would have ${secretNames.length} secrets, and Auth0 allows ${entityLimits.secretsPerAction}`,
            'Let the sources share a client of the Management API.',
          ),
        ]
      : []),
  ];
}

/** A claim so long that Auth0 ends the login with an error, within the budget or not. */
export function claimLimitLints(audience: AudienceConfig, { claimBytes }: AudienceReport): Lint[] {
  const bytes = claimBytes.atMost + Buffer.byteLength(JSON.stringify(audience.claim));
  if (bytes <= MAX_CUSTOM_CLAIM_BYTES) return [];
  return [
    {
      code: 'limit_claim_bytes',
      severity: 'error',
      ...inConfig(['audiences', audience.name]),
      message: `the claim can have ${count(bytes)} bytes, and Auth0 fails a login whose custom claims have more than ${count(MAX_CUSTOM_CLAIM_BYTES)}`,
      fix: 'Use encoding: bitset, or narrower patterns.',
    },
  ];
}
