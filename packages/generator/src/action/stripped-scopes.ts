import type { Catalog, Permission } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/config.ts';

/** Scopes that are no permissions of an API: OpenID Connect Core 1.0, section 5.4 and 11. */
const STANDARD: ReadonlySet<string> = new Set([
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
]);

/** Auth0 records that many changes of scopes at most; an API has 1,000 scopes at most (its entity limits). */
const MOST_REMOVED = 2000;

/** The scopes that the Action removes from an audience's tokens, whatever a client requested: none with `scopes: keep`. */
export function strippedScopes(
  audience: AudienceConfig,
  environment: string,
  catalog: Catalog,
  selected: ReadonlyMap<string, Permission>,
): string[] {
  return audience.scopes === 'strip'
    ? apiScopes(audience, environment, catalog, selected).filter(isRemovable).slice(0, MOST_REMOVED)
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

/** What removeScope takes: anything else throws there, and is no scope. */
function isRemovable(name: string): boolean {
  return name.length <= 280 && !/\s/u.test(name) && !STANDARD.has(name);
}
