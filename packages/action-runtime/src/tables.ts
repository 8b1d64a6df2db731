/** What a login gets when a source fails: denied, a claim without permissions, or the other sources. */
export type OnError = 'deny' | 'omit' | 'continue';

interface Failing {
  readonly onError: OnError;
  /** The same for the exchange of a refresh token. */
  readonly onErrorRefresh: OnError;
}

/** Where a user's permissions come from at login. */
export type Source = RolesSource | EventSource | ManagementApiSource;

/** The role table, joined with the user's roles. */
export interface RolesSource extends Failing {
  readonly kind: 'roles';
  readonly unknownRoles: 'ignore' | 'deny';
  /** Whether roles that the user holds through groups count: asks Auth0 in place of reading the event. */
  readonly groups: boolean;
  /**
   * At a login to an organization: ask Auth0 which of the member's roles are the tenant's, take the
   * names in the event for those of the tenant's roles, or refuse the source.
   */
  readonly organizations: 'ask' | 'trust-names' | 'refuse';
}

/** A list of permission names in the event. */
export interface EventSource extends Failing {
  readonly kind: 'event';
  /** The keys from `event` down, such as `['user', 'app_metadata', 'permissions']`. */
  readonly path: readonly string[];
  /** Whether the list holds in every organization; otherwise a login to one is refused this source. */
  readonly organizations: 'tenant-wide' | 'refuse';
}

/** The user's effective permissions, from the Management API. */
export interface ManagementApiSource extends Failing {
  readonly kind: 'managementApi';
  /** The tenant's own domain, without https://. */
  readonly domain: string;
  /** Names of the Action's secrets that hold the client's credentials. */
  readonly clientIdSecret: string;
  readonly clientSecretSecret: string;
  /** Milliseconds for all requests of a login together. */
  readonly deadlineMs: number;
  /** Requests of a login, the token's and repeated ones included. */
  readonly maxRequests: number;
  /** How long a user's permissions are kept; 0: not at all. */
  readonly cacheSeconds: number;
  readonly organizations: 'tenant-wide' | 'refuse';
}

/** The most that the claim may take. */
export interface ClaimCap {
  /** Bytes of the claim's JSON text. */
  readonly bytes: number;
  readonly onOverflow: 'deny' | 'omit' | 'marker';
}

/** The clients whose tokens carry permissions, by client id. */
export type ClientRule = { readonly only: readonly string[] } | { readonly except: readonly string[] };

/** Places skipped, places held, and so on. */
export type Runs = readonly number[];

/** What the Action knows of one API; plain JSON, as it is part of the emitted code. */
export interface AudienceTable {
  /** The API identifier. */
  readonly audience: string;
  /** The audience's name in the config, for log lines. */
  readonly name: string;
  readonly claim: string;
  readonly encoding: 'bitset' | 'names';
  /**
   * Present where the claim says when its permissions were read: whether the Action reads every part
   * itself, or Auth0 reads some for the event, before it.
   */
  readonly asOf?: 'action' | 'event';
  readonly onError: 'deny' | 'omit';
  readonly sources: readonly Source[];
  /** Absent where no set of permissions makes the claim too large. */
  readonly cap?: ClaimCap;
  /** Absent where every client's tokens carry permissions. */
  readonly clients?: ClientRule;
  /** Present where a permission must be one of the requested scopes, too. */
  readonly grant?: 'requested';
  /** The scopes to remove from the token. */
  readonly strip?: readonly string[];
  /** The ids of the active lineage's generations. */
  readonly ids: readonly string[];
  /** By generation, the number of places up to its end. */
  readonly ends: readonly number[];
  /** The APIs whose permissions the Management API is asked for: identifier, prefix, places. */
  readonly apis?: readonly (readonly [string, string, Runs])[];
  /** The name at each place, empty where the tenant lacks the permission; only where names are needed. */
  readonly names?: readonly string[];
}

/** A role of the tenant, and what it grants by the names of audiences. */
export type RoleRow = readonly [name: string, grants: Readonly<Record<string, Runs>>];

export interface Tables {
  readonly audiences: readonly AudienceTable[];
  /** All roles of the tenant, where some source goes by them. */
  readonly roles?: readonly RoleRow[];
}

/** How many places a layout has. */
export function sizeOf({ ends }: Pick<AudienceTable, 'ends'>): number {
  return ends[ends.length - 1] ?? 0;
}

/** An audience's table as logins look it up: built once, at cold start. */
export interface Audience {
  readonly table: AudienceTable;
  readonly placeOf: ReadonlyMap<string, number>;
  readonly runsOf: ReadonlyMap<string, Runs>;
}

/** The look-ups of every API, by identifier. Maps and own keys, as any text may be a name. */
export function indexTables({ audiences, roles = [] }: Tables): Map<string, Audience> {
  return new Map(
    audiences.map((table) => {
      const places = (table.names ?? []).map((name, place): [string, number] => [name, place]);
      const runs = roles.map(([role, grants]): [string, Runs] => [
        role,
        (Object.hasOwn(grants, table.name) ? grants[table.name] : undefined) ?? [],
      ]);
      const placeOf = new Map(places.filter(([name]) => name !== ''));
      return [table.audience, { table, placeOf, runsOf: new Map(runs) }];
    }),
  );
}
