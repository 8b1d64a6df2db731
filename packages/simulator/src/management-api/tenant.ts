// What the stand-in remembers: a tenant's objects, as Auth0 names their fields, in memory.

export interface ApiScope {
  readonly value: string;
  readonly description?: string;
}

export interface StoredApi {
  readonly id: string;
  readonly name: string;
  readonly identifier: string;
  readonly scopes?: readonly ApiScope[];
  readonly is_system?: boolean;
  readonly enforce_policies?: boolean;
  readonly token_dialect?: string;
  readonly token_lifetime?: number;
  readonly token_lifetime_for_web?: number;
  readonly signing_alg?: string;
  readonly [field: string]: unknown;
}

/** A permission as roles and users hold it. */
export interface HeldPermission {
  readonly permission_name: string;
  readonly resource_server_identifier: string;
}

export interface StoredRole {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly type?: 'tenant' | 'organization';
  readonly permissions: readonly HeldPermission[];
}

export interface StoredGrant {
  readonly id: string;
  readonly client_id: string;
  readonly audience: string;
  readonly scope: readonly string[];
  readonly subject_type?: 'client' | 'user';
  readonly allow_all_scopes?: boolean;
  readonly [field: string]: unknown;
}

/** What a user holds as the member of an organization: ids of roles, of the tenant or of the organization itself. */
export interface Membership {
  readonly roles: readonly string[];
  readonly groupRoles?: readonly string[];
}

/** A user, in every organization but for its memberships. */
export interface StoredUser {
  readonly permissions: readonly HeldPermission[];
  /** Names. */
  readonly roles: readonly string[];
  /** Names of roles that the user holds through groups. */
  readonly groupRoles?: readonly string[];
  /** By the id of an organization. */
  readonly memberships?: Readonly<Record<string, Membership>>;
  readonly profile?: Readonly<Record<string, unknown>>;
  readonly sessions?: readonly string[];
  readonly refreshTokens?: readonly string[];
}

export interface StoredVersion {
  readonly id: string;
  readonly number: number;
  readonly code: string;
  readonly runtime: string;
  readonly dependencies: readonly unknown[];
  readonly secretNames: readonly string[];
  readonly createdAt: number;
  /** When logins run it, if no later version is deployed by then. */
  readonly deployedAt: number;
}

export interface StoredSecret {
  readonly name: string;
  readonly value: string;
}

export interface StoredAction {
  readonly id: string;
  readonly name: string;
  readonly code: string;
  readonly runtime: string;
  readonly supported_triggers: readonly { readonly id: string; readonly version: string }[];
  readonly dependencies: readonly unknown[];
  readonly secrets: readonly StoredSecret[];
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When the draft's build ends. */
  readonly builtAt: number;
  readonly buildFails: boolean;
  /** In the order of their numbers. */
  readonly versions: readonly StoredVersion[];
}

export interface StoredBinding {
  readonly id: string;
  readonly display_name: string;
  readonly actionId: string;
  readonly createdAt: number;
}

export interface StoredJob {
  readonly id: string;
  readonly createdAt: number;
  readonly readyAt: number;
  readonly fields: readonly unknown[];
  readonly format: string;
}

export class Tenant {
  readonly apis: Map<string, StoredApi> = new Map();
  readonly roles: Map<string, StoredRole> = new Map();
  readonly grants: Map<string, StoredGrant> = new Map();
  readonly clients: Map<string, { readonly client_id: string; readonly name: string }> = new Map();
  readonly actions: Map<string, StoredAction> = new Map();
  /** By trigger, in their order. */
  readonly bindings: Map<string, readonly StoredBinding[]> = new Map();
  readonly users: Map<string, StoredUser> = new Map();
  readonly jobs: Map<string, StoredJob> = new Map();
  /** As the API shows them. */
  readonly logStreams: Map<string, object> = new Map();
  readonly eventStreams: Map<string, object> = new Map();
  #ids = 0;
  #lookup: ((id: string) => StoredUser | undefined) | undefined;

  /** Users that are made when they are asked for, in addition to those of `users`. */
  know(lookup: (id: string) => StoredUser | undefined): void {
    this.#lookup = lookup;
  }

  user(id: string): StoredUser | undefined {
    return this.users.get(id) ?? this.#lookup?.(id);
  }

  /** A new id, the same in every run: `rol_0000000000000001`. */
  newId(prefix: string): string {
    this.#ids++;
    return `${prefix}_${String(this.#ids).padStart(16, '0')}`;
  }
}

/** What logins run: the last version whose deployment is done at `now`. */
export function deployedVersion(action: StoredAction, now: number): StoredVersion | undefined {
  return action.versions.findLast(({ deployedAt }) => deployedAt <= now);
}

/** The state of the draft's build at `now`. */
export function buildStatus(action: StoredAction, now: number): 'pending' | 'built' | 'failed' {
  if (now < action.builtAt) return 'pending';
  return action.buildFails ? 'failed' : 'built';
}
