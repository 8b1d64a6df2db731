import type { AudienceTable, ClaimCap, Runs, Source } from '@claimgen/action-runtime';
import type { Catalog, Permission } from '../catalog/catalog.ts';
import { PermissionMap } from '../catalog/permission-map.ts';
import type { AudienceConfig } from '../config/config.ts';
import { type AudienceLayout, activeLineage, endsOf, namesOf } from '../layout/layout.ts';
import { strippedScopes } from '../plan/stripped-scopes.ts';

/** What a table depends on besides config, catalog and layout. */
export interface TableOptions {
  /** The most that the claim may take; by default it is not measured. */
  readonly cap?: ClaimCap | null;
  /** The tenant's domain, where the environment has another than the config's managementApi. */
  readonly domain?: string | undefined;
}

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
  { cap = null, domain }: TableOptions = {},
): AudienceTable {
  const lineage = activeLineage(layout);
  const names = namesOf(lineage);
  const kinds = new Set(audience.sources.map(({ kind }) => kind));
  const needsNames = audience.encoding === 'names' || kinds.has('event') || kinds.has('managementApi');
  const identifier = audience.identifiers.get(environment) as string;
  return {
    audience: identifier,
    name: audience.name,
    claim: audience.claim,
    encoding: audience.encoding,
    onError: audience.onError,
    sources: audience.sources.map(
      (source): Source =>
        source.kind === 'managementApi' && domain !== undefined ? { ...source, domain } : source,
    ),
    cap,
    strip: strippedScopes(audience, environment, catalog, selected),
    ids: lineage.map(({ id }) => id),
    ends: endsOf(lineage),
    names: needsNames ? names.map((name) => (selected.has(name) ? name : '')) : [],
    roles: kinds.has('roles') ? roleRuns(names, catalog, selected) : [],
    apis: kinds.has('managementApi') ? apiRuns(names, identifier, selected) : [],
  };
}

function roleRuns(
  names: readonly string[],
  catalog: Catalog,
  selected: ReadonlyMap<string, Permission>,
): Runs[] {
  const placesOf = new PermissionMap<number>();
  names.forEach((name, place) => {
    const permission = selected.get(name);
    if (permission !== undefined) placesOf.set(permission, place);
  });
  return catalog.roles.map(({ permissions }) => runsOf(placesOf.valuesOf(permissions)));
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
  for (const place of [...new Set(places)].sort((a, b) => a - b)) {
    if (place === next && runs.length > 0) runs[runs.length - 1] = (runs[runs.length - 1] as number) + 1;
    else runs.push(place - next, 1);
    next = place + 1;
  }
  return runs;
}
