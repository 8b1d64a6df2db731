// What an Action carries of each API and of each role.

import type { AudienceTable, ClaimCap, RoleRow, Runs } from '@claimgen/action-runtime';
import type { Catalog, Permission } from '../catalog/catalog.ts';
import { PermissionMap } from '../catalog/permission-map.ts';
import { activeLineage, endsOf, namesOf } from '../layout/layout.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import { asOfMember } from '../plan/claim-table.ts';
import { strippedScopes } from '../plan/stripped-scopes.ts';
import { factsOf, factsOfAll } from '../sources/facts-of.ts';

/** What a table is made from. */
export type TablePlan = Pick<
  AudiencePlan,
  'audience' | 'environment' | 'identifier' | 'layout' | 'catalog' | 'selected'
>;

/** What a table depends on other than config, catalog and layout. */
export interface TableOptions {
  /** The most that the claim may take; by default it is not measured. */
  readonly cap?: ClaimCap | null;
  /** The tenant's domain, where the environment has another than the config's managementApi. */
  readonly domain?: string | undefined;
}

/**
 * What the Action of one environment knows of one API: which permission of that environment's catalog has which place in the active
 * lineage. Permissions that the environment lacks have a place and are never set.
 */
export function audienceTable(
  { audience, environment, identifier, layout, catalog, selected }: TablePlan,
  { cap = null, domain }: TableOptions = {},
): AudienceTable {
  const lineage = activeLineage(layout);
  const names = namesOf(lineage);
  const needs = factsOfAll(audience.sources).map((source) => source.needs);
  const needsNames =
    audience.encoding === 'names' || audience.grant === 'requested' || needs.some((needed) => needed.names);
  const clients = audience.clients.get(environment);
  const strip = strippedScopes(audience, environment, catalog, selected);
  return {
    audience: identifier,
    name: audience.name,
    claim: audience.claim,
    encoding: audience.encoding,
    ...asOfMember(audience),
    onError: audience.onError,
    ids: lineage.map(({ id }) => id),
    ends: endsOf(lineage),
    ...(cap === null ? {} : { cap }),
    ...(clients === undefined ? {} : { clients }),
    ...(audience.grant === 'all' ? {} : { grant: audience.grant }),
    ...(strip.length === 0 ? {} : { strip }),
    ...(needs.some((needed) => needed.apis) ? { apis: apiRuns(names, identifier, selected) } : {}),
    sources: audience.sources.map((source) =>
      domain === undefined ? source : factsOf(source).inDomain(domain),
    ),
    ...(needsNames ? { names: names.map((name) => (selected.has(name) ? name : '')) } : {}),
  };
}

/** What each role of the catalog grants in every audience, as the places that it holds there. */
export function roleRows(
  { roles }: Pick<Catalog, 'roles'>,
  audiences: readonly Pick<AudiencePlan, 'audience' | 'layout' | 'selected'>[],
): RoleRow[] {
  const places = audiences.map(({ audience, layout, selected }) => {
    const placeOf = new PermissionMap<number>();
    namesOf(activeLineage(layout)).forEach((permission, place) => {
      const own = selected.get(permission);
      if (own !== undefined) placeOf.set(own, place);
    });
    return { name: audience.name, placeOf };
  });
  return roles.map(({ name: role, permissions }) => {
    const grants = places.map(({ name, placeOf }): [string, Runs] => [
      name,
      runsOf(placeOf.valuesOf(permissions)),
    ]);
    return [role, Object.fromEntries(grants)];
  });
}

/** Where the permissions of each API stand, as the Management API is asked for one API at a time. */
function apiRuns(
  names: readonly string[],
  own: string,
  selected: ReadonlyMap<string, Permission>,
): [string, string, Runs][] {
  const placesOf = new Map<string, number[]>();
  names.forEach((name, place) => {
    const permission = selected.get(name);
    if (permission === undefined) return;
    const prefix = name.slice(0, name.length - permission.name.length);
    const key = JSON.stringify([permission.audience ?? own, prefix]);
    const places = placesOf.get(key);
    if (places === undefined) placesOf.set(key, [place]);
    else places.push(place);
  });
  return [...placesOf].map(([key, places]) => {
    const [identifier, prefix] = JSON.parse(key) as [string, string];
    return [identifier, prefix, runsOf(places)];
  });
}

/** Places as runs: places skipped, places held, and so on. */
export function runsOf(places: readonly number[]): Runs {
  const runs: number[] = [];
  let next = 0;
  // A typed array sorts numbers without calling back: Actions and pages have these runs by the thousand.
  for (const place of Uint32Array.from(places).sort()) {
    // The same place twice.
    if (place < next) continue;
    if (place === next && runs.length > 0) runs[runs.length - 1] = (runs[runs.length - 1] as number) + 1;
    else runs.push(place - next, 1);
    next = place + 1;
  }
  return runs;
}
