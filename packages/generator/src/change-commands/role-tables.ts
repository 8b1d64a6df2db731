// What roles grant by a deployed Action, in names: what its table says of places, and the lock of permissions at them.
import { type DeployedTables, readTables } from '../action/read-tables.ts';
import { type AudienceLayout, namesOf } from '../layout/layout.ts';

/** Audience name → role → permission names. */
export type RoleTables = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/**
 * What roles grant by Actions together.
 * @returns undefined where one of them can't be read, or the lock doesn't have its places
 */
export function tablesOf(
  codes: readonly string[],
  lock: ReadonlyMap<string, AudienceLayout>,
): RoleTables | undefined {
  const tables = codes.map(readTables);
  const read = tables.filter((table) => table !== undefined);
  return read.length === tables.length ? roleTablesOf(read, lock) : undefined;
}

function roleTablesOf(
  tables: readonly DeployedTables[],
  layouts: ReadonlyMap<string, AudienceLayout>,
): RoleTables | undefined {
  const found = new Map<string, ReadonlyMap<string, readonly string[]>>();
  for (const { audiences, roles } of tables) {
    for (const { name, ids } of audiences) {
      const lineage = layouts
        .get(name)
        ?.lineages.find(([first]) => first !== undefined && first.id === ids[0]);
      if (lineage === undefined || ids.some((id, index) => lineage[index]?.id !== id)) return undefined;
      const names = namesOf(lineage);
      found.set(
        name,
        new Map(
          roles.map(([role, grants]) => [
            role,
            placesIn(Object.hasOwn(grants, name) ? (grants[name] ?? []) : []).flatMap(
              (place) => names[place] ?? [],
            ),
          ]),
        ),
      );
    }
  }
  return found;
}

/** Runs: places skipped, places held, and so on. */
function placesIn(runs: readonly number[]): number[] {
  const places: number[] = [];
  let at = 0;
  runs.forEach((length, index) => {
    if (index % 2 === 1) for (let place = at; place < at + length; place++) places.push(place);
    at += length;
  });
  return places;
}
