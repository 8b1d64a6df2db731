import type { AudienceTable } from '@claimgen/action-runtime';
import type { Catalog, Permission } from '../catalog/catalog.ts';
import { permissionKey } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/config.ts';
import { type AudienceLayout, activeLineage, namesOf } from '../layout/layout.ts';

/**
 * What the Action of one environment knows of one API: which permission of that environment's catalog has which place in the active
 * lineage, and which places each role holds. Permissions that the environment lacks have a place and are never set.
 * @param selected the environment's permissions by the name they go by in the layout
 */
export function audienceTable(
  audience: AudienceConfig,
  environment: string,
  layout: AudienceLayout,
  catalog: Catalog,
  selected: ReadonlyMap<string, Permission>,
): AudienceTable {
  const lineage = activeLineage(layout);
  const names = namesOf(lineage);
  const needsNames = audience.encoding === 'names' || audience.sources.some(({ kind }) => kind === 'event');
  const needsRoles = audience.sources.some(({ kind }) => kind === 'roles');
  let end = 0;
  return {
    audience: audience.identifiers.get(environment) as string,
    name: audience.name,
    claim: audience.claim,
    encoding: audience.encoding,
    onError: audience.onError,
    sources: audience.sources,
    ids: lineage.map(({ id }) => id),
    ends: lineage.map(({ permissions }) => {
      end += permissions.length;
      return end;
    }),
    names: needsNames ? names.map((name) => (selected.has(name) ? name : '')) : [],
    roles: needsRoles ? roleRuns(names, catalog, selected) : [],
  };
}

function roleRuns(
  names: readonly string[],
  catalog: Catalog,
  selected: ReadonlyMap<string, Permission>,
): [string, number[]][] {
  const placesOf = new Map<string, number>();
  names.forEach((name, place) => {
    const permission = selected.get(name);
    if (permission !== undefined) placesOf.set(permissionKey(permission), place);
  });
  return catalog.roles.flatMap((role): [string, number[]][] => {
    const places = new Set(
      role.permissions.flatMap((permission) => placesOf.get(permissionKey(permission)) ?? []),
    );
    // A role without permissions here grants what an unknown role grants: nothing.
    return places.size === 0 ? [] : [[role.name, runsOf([...places].sort((a, b) => a - b))]];
  });
}

/** Ascending places as runs: places skipped, places held, and so on. */
function runsOf(places: readonly number[]): number[] {
  const runs: number[] = [];
  let next = 0;
  for (const place of places) {
    if (place === next && runs.length > 0) runs[runs.length - 1] = (runs[runs.length - 1] as number) + 1;
    else runs.push(place - next, 1);
    next = place + 1;
  }
  return runs;
}
