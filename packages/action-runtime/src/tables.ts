/** Where a user's permissions come from at login. */
export type Source = RolesSource | EventSource;

export interface RolesSource {
  readonly kind: 'roles';
}

export interface EventSource {
  readonly kind: 'event';
  /** The keys from `event` down. */
  readonly path: readonly string[];
  /** Whether the list holds in an organization, too. */
  readonly tenantWide: boolean;
}

/** What the Action knows of one API; plain JSON, as it is part of the emitted code. */
export interface AudienceTable {
  /** The API identifier. */
  readonly audience: string;
  /** The audience's name in the config, for log lines. */
  readonly name: string;
  readonly claim: string;
  readonly encoding: 'bitset' | 'names';
  readonly onError: 'deny' | 'omit';
  readonly sources: readonly Source[];
  /** The ids of the active lineage's generations. */
  readonly ids: readonly string[];
  /** By generation, the number of places up to its end. */
  readonly ends: readonly number[];
  /** The name at each place; empty where the permission is absent, and an empty list where nothing needs names. */
  readonly names: readonly string[];
  /** Role names, each with the places of its permissions as runs: places skipped, places held, and so on. */
  readonly roles: readonly (readonly [string, readonly number[]])[];
}

/** An audience's table as logins look it up: built once, at cold start. */
export interface Audience {
  readonly table: AudienceTable;
  readonly placeOf: ReadonlyMap<string, number>;
  readonly runsOf: ReadonlyMap<string, readonly number[]>;
}

/** Builds the look-ups of every API, by identifier. Maps, as any text may be a key. */
export function indexTables(tables: readonly AudienceTable[]): Map<string, Audience> {
  return new Map(
    tables.map((table) => [
      table.audience,
      {
        table,
        placeOf: new Map(table.names.flatMap((name, place) => (name === '' ? [] : [[name, place] as const]))),
        runsOf: new Map(table.roles),
      },
    ]),
  );
}
