// Which places of an audience's layout a user holds: what the Action would find, told from the user's roles and permissions.

import { PermissionMap } from '../catalog/permission-map.ts';
import { activeLineage, namesOf } from '../layout/layout.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import { requestable } from '../selection/requestable.ts';
import { factsOfAll } from '../sources/facts-of.ts';
import { PlaceSet } from './place-set.ts';
import type { PopulationUser } from './population-user.ts';

/** What users hold of one audience. */
export class HeldPlaces {
  /** Whether a source of the audience holds permissions that are assigned to users directly. */
  readonly readsDirect: boolean;
  /** How many places the layout has. */
  readonly count: number;
  readonly #paths: readonly (readonly string[])[];
  readonly #placesOfRole: ReadonlyMap<string, PlaceSet>;
  readonly #placeOfName: ReadonlyMap<string, number>;
  readonly #placeOf = new PermissionMap<number>();
  readonly #held: PlaceSet;

  constructor({ audience, catalog, layout, selected: all }: AudiencePlan) {
    const selected = requestable(audience, all);
    const names = namesOf(activeLineage(layout));
    this.count = names.length;
    const facts = factsOfAll(audience.sources);
    this.readsDirect = facts.some((source) => source.readsDirect);
    this.#paths = facts.flatMap(({ path }) => (path === undefined ? [] : [path]));
    for (const [place, name] of names.entries()) {
      const permission = selected.get(name);
      if (permission !== undefined) this.#placeOf.set(permission, place);
    }
    const readsRoles = facts.some((source) => source.readsRoles);
    this.#placesOfRole = new Map(
      readsRoles
        ? catalog.roles.map(({ name, permissions }) => {
            const places = new PlaceSet(names.length);
            for (const place of this.#placeOf.valuesOf(permissions)) places.add(place);
            return [name, places];
          })
        : [],
    );
    this.#placeOfName = this.readsDirect
      ? new Map(names.flatMap((name, place) => (selected.has(name) ? [[name, place]] : [])))
      : new Map();
    this.#held = new PlaceSet(names.length);
  }

  /** The places that a user holds, ascending. */
  of(user: PopulationUser): number[] {
    this.#held.clear();
    for (const role of user.roles) {
      const places = this.#placesOfRole.get(role);
      if (places !== undefined) this.#held.addAll(places);
    }
    if (this.readsDirect) {
      for (const permission of user.direct) this.#add(permission);
      for (const path of this.#paths) for (const name of namesAt(path, user)) this.#add(name);
    }
    return this.#held.toArray();
  }

  #add(permission: PopulationUser['direct'][number]): void {
    const place =
      typeof permission === 'string' ? this.#placeOfName.get(permission) : this.#placeOf.get(permission);
    if (place !== undefined) this.#held.add(place);
  }
}

/** The list at a path of the event, as far as a user's export has it. */
function namesAt([root, ...path]: readonly string[], user: PopulationUser): readonly string[] {
  if (root !== 'user') return [];
  let value: unknown = user.fields;
  for (const key of path) {
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined;
  }
  return Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];
}
