import { PermissionMap } from '../catalog/permission-map.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import { claimTable } from '../plan/claim-table.ts';
import { requestable } from '../selection/requestable.ts';
import { factsOfAll } from '../sources/facts-of.ts';
import { boundedClaim, largestFound } from './bounded-users.ts';

/** The largest claims of users who hold at most so many roles and direct permissions. Sizes are bytes of the claim's JSON text. */
export interface BoundedClaims {
  readonly roles: number;
  readonly direct: number;
  readonly atMost: number;
  readonly found: number;
}

/**
 * The bound for users of a few roles, where the config says how many there are.
 * @param atMost the bound for any set of permissions
 */
export function boundedClaims(input: AudiencePlan, atMost: number): BoundedClaims | undefined {
  const { audience, catalog, layout } = input;
  const facts = factsOfAll(audience.sources);
  const readsRoles = facts.some((source) => source.readsRoles);
  const readsDirect = facts.some((source) => source.readsDirect);
  const roles = readsRoles ? audience.budget.roles : 0;
  const direct = readsDirect ? audience.budget.direct : 0;
  // Without either number, users may hold anything.
  if (roles === undefined || direct === undefined) return undefined;
  const selected = requestable(audience, input.selected);
  const table = claimTable(audience, layout);
  const placeOf = new PermissionMap<number>();
  table.names.forEach((name, place) => {
    const permission = selected.get(name);
    if (permission !== undefined) placeOf.set(permission, place);
  });
  const users = {
    table,
    roles: catalog.roles.map(({ permissions }) =>
      [...new Set(placeOf.valuesOf(permissions))].sort((a, b) => a - b),
    ),
    places: placeOf.values(),
    mostRoles: roles,
    mostDirect: direct,
  };
  const found = largestFound(users);
  return { roles, direct, atMost: Math.min(atMost, boundedClaim(users)), found };
}
