import { runsOf } from '../action/audience-table.ts';
import { PermissionMap } from '../catalog/permission-map.ts';
import { activeLineage, namesOf } from '../layout/layout.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import type { Plan } from '../plan/plan.ts';
import { patternNames } from '../selection/pattern-names.ts';
import type { PopulationUser } from '../sizing/population-user.ts';
import { verifierLayout } from '../verifier-module/verifier-layout.ts';
import { distributionOf, pageUsers } from './distribution.ts';
import type { PageAudience, PageData, PlaceRuns } from './page-data.ts';

/** What the report page shows beyond the report itself. */
export function pageData({ catalog, audiences }: Plan): PageData {
  const users = pageUsers(catalog);
  return { audiences: audiences.map((audience) => pageAudience(audience, users)) };
}

function pageAudience(input: AudiencePlan, users: readonly PopulationUser[]): PageAudience {
  const { audience, environment, identifier, catalog, layout, selection, selected } = input;
  const names = namesOf(activeLineage(layout));
  const placeOfName = new Map(names.map((name, place) => [name, place]));
  const placeOf = new PermissionMap<number>();
  for (const [name, permission] of selected) {
    const place = placeOfName.get(name);
    if (place !== undefined) placeOf.set(permission, place);
  }
  return {
    name: audience.name,
    identifier,
    layout: verifierLayout(audience, layout, selection.names),
    selected: runsOf(placeOf.values()),
    roles: catalog.roles.flatMap(({ name, permissions }): [string, PlaceRuns][] => {
      const places = placeOf.valuesOf(permissions);
      return places.length === 0 ? [] : [[name, runsOf(places)]];
    }),
    patterns: patternNames(audience, environment, catalog)
      .filter(({ kind }) => kind !== 'negated glob')
      .map(({ kind, text, names: matched }): [string, PlaceRuns] => [
        `${kind} ${text}`,
        runsOf(matched.flatMap((name) => placeOfName.get(name) ?? [])),
      ]),
    budget: audience.budget.bytes,
    limits: audience.budget.limits,
    distribution: distributionOf(input, users),
  };
}
