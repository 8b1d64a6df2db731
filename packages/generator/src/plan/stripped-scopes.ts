import { MAX_SCOPE_CHANGES } from '#auth0/limits';
import { isRemovable } from '#auth0/scopes';
import type { Catalog, Permission } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/audience-config.ts';

/** The scopes that the Action removes from an audience's tokens, for every request: none with `scopes: keep`. */
export function strippedScopes(
  audience: AudienceConfig,
  environment: string,
  catalog: Catalog,
  selected: ReadonlyMap<string, Permission>,
): string[] {
  return audience.scopes === 'strip'
    ? apiScopes(audience, environment, catalog, selected).filter(isRemovable).slice(0, MAX_SCOPE_CHANGES)
    : [];
}

/** Every scope of the audience's API, the longest first: its permissions, and the selected ones that belong to no API. */
export function apiScopes(
  audience: AudienceConfig,
  environment: string,
  catalog: Catalog,
  selected: ReadonlyMap<string, Permission>,
): string[] {
  const identifier = audience.identifiers.get(environment);
  const own = catalog.permissions.filter((permission) => permission.audience === identifier);
  const plain = [...selected.values()].filter((permission) => permission.audience === undefined);
  const names = new Set([...own, ...plain].map(({ name }) => name));
  return [...names].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
}
