/** What a login would give a user: the Action's own readers, with the Management API in place of the event. */
import {
  type Audience,
  addRuns,
  type HeldPlaces,
  type Login,
  type ManagementApiSource,
  type Parts,
  type PostLoginApi,
  type PostLoginEvent,
  permissionPage,
  placesOf,
  type RolesSource,
  readEvent,
  readRoles,
  type Source,
  SourceFailure,
  sizeOf,
} from '@claimgen/action-runtime';
import { ResolverError } from './errors.ts';
import type { RoleTypes } from './role-types.ts';
import { type ListedRole, malformed, type TenantReading } from './tenant-api.ts';

/** Whose permissions are read, for which API. */
export interface Wanted {
  readonly audience: Audience;
  readonly userId: string;
  readonly organization: string | undefined;
}

export interface UserSourceOptions {
  readonly types: RoleTypes;
  /** Told how many roles the tables don't know. */
  readonly onUnknownRoles: (api: string) => void;
}

/** A user has 50 roles and 1,000 permissions of their own at most; roles may add as many. */
const MAX_PAGES = 100;

/**
 * The places that all sources say together, in ascending order.
 * @throws ResolverError where one of them can't be known: a part would be a wrong answer.
 */
export async function readPlaces(
  wanted: Wanted,
  reading: TenantReading,
  options: UserSourceOptions,
): Promise<number[]> {
  try {
    return await new UserSource(wanted, reading, options).places();
  } catch (error) {
    if (error instanceof SourceFailure) throw new ResolverError('source_failed', error.message);
    throw error;
  }
}

class UserSource {
  readonly #wanted: Wanted;
  readonly #reading: TenantReading;
  readonly #options: UserSourceOptions;

  constructor(wanted: Wanted, reading: TenantReading, options: UserSourceOptions) {
    this.#wanted = wanted;
    this.#reading = reading;
    this.#options = options;
  }

  async places(): Promise<number[]> {
    const { audience, organization } = this.#wanted;
    const held = new Uint8Array(sizeOf(audience.table));
    for (const source of audience.table.sources) {
      if (organization !== undefined && source.organizations === 'refuse')
        throw new SourceFailure(`${source.kind} is refused at a login to an organization`);
      await this.#read(source, held);
    }
    return placesOf(held);
  }

  async #read(source: Source, held: HeldPlaces): Promise<void> {
    if (source.kind === 'roles') {
      const roles = source.groups ? undefined : await this.#assignedRoles();
      const event = { authorization: { roles: this.#known(source, roles ?? []) } };
      await readRoles(source, this.#login(event, source), held);
    } else if (source.kind === 'event') {
      readEvent(source, this.#login({ user: await this.#profile() }), held);
    } else await this.#readPermissions(source, held);
  }

  /** A login as the readers see it: what this one does not have, nobody asks for. */
  #login(event: PostLoginEvent & { readonly user?: unknown }, roles?: RolesSource): Login {
    const { audience, organization } = this.#wanted;
    const parts: Parts = {
      places: async () => 'deny',
      readers: {},
      encoders: {},
      effectiveRoles: async () =>
        roles === undefined ? [] : this.#known(roles, await this.#effectiveRoles()),
    };
    const inOrganization = organization === undefined ? {} : { organization: { id: organization } };
    return { audience, event: { ...event, ...inOrganization }, api: NO_API, parts };
  }

  /** Roles that are newer than the tables are told here: the Action's line is for the tenant's log. */
  #known({ unknownRoles }: RolesSource, roles: readonly ListedRole[]): string[] {
    const { audience } = this.#wanted;
    const names = roles.map(({ name }) => name);
    if (unknownRoles === 'deny') return names;
    const known = names.filter((name) => audience.runsOf.has(name));
    if (known.length < names.length) this.#options.onUnknownRoles(audience.table.name);
    return known;
  }

  /** What `event.authorization.roles` has: of the member in an organization. */
  #assignedRoles(): Promise<ListedRole[]> {
    return this.#reading.rolesByPage(`${this.#path()}/roles`);
  }

  /** What `api.roles` answers with, the tenant's roles of it. */
  async #effectiveRoles(): Promise<ListedRole[]> {
    const roles = await this.#reading.rolesByCheckpoint(`${this.#path()}/effective-roles`);
    const { organization } = this.#wanted;
    return organization === undefined ? roles : this.#options.types.tenants(roles, this.#reading);
  }

  /** Of the user, or of the member of the organization. */
  #path(): string {
    const { userId, organization } = this.#wanted;
    const user = encodeURIComponent(userId);
    return organization === undefined
      ? `/users/${user}`
      : `/organizations/${encodeURIComponent(organization)}/members/${user}`;
  }

  async #profile(): Promise<object> {
    const path = `/users/${encodeURIComponent(this.#wanted.userId)}`;
    const fields = { fields: 'user_id,app_metadata', include_fields: 'true' };
    const user = await this.#reading.get(path, fields);
    // Half an answer is none: the lists of another user, or no user at all.
    if ((Object(user) as { readonly user_id?: unknown }).user_id !== this.#wanted.userId)
      throw malformed(path);
    return user as object;
  }

  /** As the Action's reader: a name counts for the API that it was returned for. */
  async #readPermissions(_source: ManagementApiSource, held: HeldPlaces): Promise<void> {
    const { audience, userId } = this.#wanted;
    const path = `/users/${encodeURIComponent(userId)}/effective-permissions`;
    for (const [identifier, prefix, runs] of audience.table.apis ?? []) {
      const own = new Uint8Array(held.length);
      addRuns(own, runs);
      for (const name of await this.#permissions(path, identifier)) {
        const place = audience.placeOf.get(prefix + name);
        if (place !== undefined && own[place] === 1) held[place] = 1;
      }
    }
  }

  async #permissions(path: string, identifier: string): Promise<string[]> {
    const names: string[] = [];
    let from: string | undefined;
    for (let count = 0; count < MAX_PAGES; count += 1) {
      const query = {
        resource_server_identifier: identifier,
        take: '50',
        ...(from === undefined ? {} : { from }),
      };
      const page = permissionPage(await this.#reading.get(path, query), identifier);
      names.push(...page.names);
      if (page.next === undefined) return names;
      from = page.next;
    }
    throw new SourceFailure(`the Management API has more than ${MAX_PAGES} pages of permissions`);
  }
}

const unused = (): never => {
  throw new Error('there is no login');
};

/** Nothing that the readers used here ask for. */
const NO_API: PostLoginApi = {
  access: { deny: unused },
  accessToken: { setCustomClaim: unused, removeScope: unused },
  cache: { get: unused, set: unused, delete: unused },
  roles: { getUserEffectiveRoles: unused },
};
