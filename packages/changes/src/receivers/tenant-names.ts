/** What a receiver has to know of the tenant to turn Auth0's ids and names into those that tokens have. */

/** A permission of an API in Auth0. */
export interface ApiPermission {
  /** The API's identifier. */
  readonly api: string;
  readonly name: string;
}

export interface TenantNames {
  /** Where the Actions read permissions: it decides which of Auth0's events change anything. */
  readonly sources: {
    /** The role table is in the Action: what a role has changes when the Action is deployed. */
    readonly roles: boolean;
    /** Permissions are asked of the Management API at each login. */
    readonly managementApi: boolean;
    /** Paths of the event, such as `user.app_metadata.permissions`. */
    readonly event: readonly string[];
  };
  /** Roles as the Actions know them. */
  readonly roles: readonly {
    readonly id?: string;
    readonly name: string;
    readonly permissions: readonly ApiPermission[];
  }[];
  /** Which audiences have a permission, and by which name: with `from` it has a prefix. */
  readonly permissions: readonly (ApiPermission & {
    readonly as: readonly { readonly aud: string; readonly name: string }[];
  })[];
  /** The ids of APIs. */
  readonly apis?: readonly { readonly id: string; readonly identifier: string }[];
  /** Names or ids of the Actions that write claims. Without them every deployed Action may be one. */
  readonly actions?: readonly string[];
  /** Whether `claimgen deploy` publishes what a deployed Action changes. */
  readonly deploysPublish?: boolean;
}

/** Audience → names. */
export type AudienceNames = ReadonlyMap<string, ReadonlySet<string>>;

/** Look-ups. Undefined everywhere: unknown, so it may be anything. */
export class NameIndex {
  readonly names: TenantNames;
  readonly #byPermission: ReadonlyMap<string, readonly { aud: string; name: string }[]>;
  readonly #roles: ReadonlyMap<string, AudienceNames>;
  readonly #apis: ReadonlyMap<string, string>;
  readonly #byApi: ReadonlyMap<string, readonly string[]>;

  constructor(names: TenantNames) {
    this.names = names;
    this.#byPermission = new Map(names.permissions.map(({ as, ...permission }) => [keyOf(permission), as]));
    const byApi = new Map<string, string[]>();
    for (const { api, name } of names.permissions) byApi.set(api, [...(byApi.get(api) ?? []), name]);
    this.#byApi = byApi;
    const roles = new Map<string, AudienceNames>();
    for (const { id, name, permissions } of names.roles) {
      const held = this.ofPermissions(permissions);
      // A name and an id can't be mistaken for each other: only one of them is looked up.
      roles.set(`name ${name}`, held);
      if (id !== undefined) roles.set(`id ${id}`, held);
    }
    this.#roles = roles;
    this.#apis = new Map((names.apis ?? []).map(({ id, identifier }) => [id, identifier]));
  }

  role(by: 'id' | 'name', value: string): AudienceNames | undefined {
    return this.#roles.get(`${by} ${value}`);
  }

  /** Of roles by their ids, together; undefined where one of them is unknown. */
  roles(ids: readonly string[]): AudienceNames | undefined {
    const all = ids.map((id) => this.role('id', id));
    return all.every((names) => names !== undefined) ? unite(all) : undefined;
  }

  /** Permissions that no audience selects are known, and have no names. */
  ofPermissions(permissions: readonly ApiPermission[]): AudienceNames {
    const names = new Map<string, Set<string>>();
    for (const permission of permissions) {
      for (const { aud, name } of this.#byPermission.get(keyOf(permission)) ?? []) add(names, aud, name);
    }
    return names;
  }

  /** `idOrIdentifier`: what a path of the Management API has; undefined for an unknown one. */
  identifier(idOrIdentifier: string): string | undefined {
    return this.#apis.get(idOrIdentifier) ?? (this.#byApi.has(idOrIdentifier) ? idOrIdentifier : undefined);
  }

  /** The names of an API's permissions in Auth0. */
  api(identifier: string): readonly string[] {
    return this.#byApi.get(identifier) ?? [];
  }
}

export function unite(all: readonly AudienceNames[]): AudienceNames {
  const names = new Map<string, Set<string>>();
  for (const part of all) for (const [aud, list] of part) for (const name of list) add(names, aud, name);
  return names;
}

function add(names: Map<string, Set<string>>, aud: string, name: string): void {
  const list = names.get(aud);
  if (list === undefined) names.set(aud, new Set([name]));
  else list.add(name);
}

function keyOf({ api, name }: ApiPermission): string {
  return JSON.stringify([api, name]);
}
