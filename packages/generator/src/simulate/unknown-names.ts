// Names in a user's record that no catalog knows: an Action drops them in silence, and whoever misspelt one looks for it in vain.

import type { PostLoginEvent } from '#auth0/event';
import { type Catalog, type Permission, permissionKey } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/audience-config.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import { factsOf } from '../sources/facts-of.ts';
import type { PermissionSource } from '../sources/source-facts.ts';
import type { SimulatedUser } from './simulated-user.ts';

/** Says in a sentence each which roles and permissions of a user an environment's catalog doesn't have. */
export type NameCheck = (
  user: Pick<SimulatedUser, 'roles' | 'direct'>,
  event: PostLoginEvent,
  audience: AudienceConfig | undefined,
) => readonly string[];

/** @param planned whose names, with the prefixes of other APIs, a list in the event may hold */
export function createNameCheck(
  catalog: Catalog,
  planned: readonly Pick<AudiencePlan, 'selection'>[],
): NameCheck {
  const roles = new Set(catalog.roles.map(({ name }) => name));
  const names = new Set(catalog.permissions.map(({ name }) => name));
  const keys = new Set(catalog.permissions.map(permissionKey));
  const listed = new Set([...names, ...planned.flatMap(({ selection }) => selection.names)]);
  // A permission that is in the catalog without an API is any API's.
  const has = (permission: Permission): boolean =>
    permission.audience === undefined
      ? names.has(permission.name)
      : keys.has(permissionKey(permission)) || keys.has(permissionKey({ name: permission.name }));
  return (user, event, audience) => [
    ...(user.roles ?? [])
      .filter((name) => !roles.has(name))
      .map((name) => `the catalog has no role ${JSON.stringify(name)}`),
    ...user.direct
      .map((permission) => (typeof permission === 'string' ? { name: permission } : permission))
      .filter((permission) => !has(permission))
      .map(
        ({ name, audience: api }) =>
          `the catalog has no permission ${JSON.stringify(name)}${api === undefined ? '' : ` of ${api}`}, which is assigned directly`,
      ),
    ...(audience?.sources ?? []).flatMap((source) =>
      listOf(source, event)
        .filter((name) => !listed.has(name))
        .map((name) => `no catalog has ${JSON.stringify(name)}, which is in ${factsOf(source).name}`),
    ),
  ];
}

/** The texts in the list that a source reads in the event; what else is there is the Action's matter. */
function listOf(source: PermissionSource, event: object): readonly string[] {
  const { path } = factsOf(source);
  if (path === undefined) return [];
  let value: unknown = event;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return [];
    value = (value as Record<string, unknown>)[key];
  }
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}
