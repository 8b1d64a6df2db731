// Reads a tenant's APIs, roles with their permissions, and client grants.
import { readCheckpointList } from '../paging/checkpoint-list.ts';
import { type OffsetStart, readOffsetList, remainingPages, startOffsetList } from '../paging/offset-list.ts';
import type { OpenTenant } from '../tenant.ts';
import { type Progress, reckonedRate } from './estimate.ts';
import type { Journal } from './journal.ts';
import {
  apiList,
  clientList,
  grantList,
  type ListedApi,
  type ListedRole,
  permissionList,
  roleList,
} from './lists.ts';
import { type List, PackedList } from './packed-list.ts';
import { ScopeIndex } from './scope-index.ts';
import {
  type ApiExport,
  comparePermissions,
  compareStrings,
  type GrantExport,
  type GrantedPermission,
  permissionKey,
  type RoleExport,
  type TenantExport,
} from './tenant-export.ts';

/** Roles whose first page is read before anything is said of the time. */
const SAMPLE = 10;
/** Roles that are read at once: as many as there are requests under way. */
const WORKERS = 2;

export interface PullOptions {
  /** What is finished is added to it, and taken from it. */
  readonly journal?: Journal;
  /** The rate that the user asked for, for the estimate. */
  readonly requestsPerSecond?: number;
  /** Names applications in grants as auth0-deploy-cli's files do: by name, not by client id. Needs `read:clients`. */
  readonly clientNames?: boolean;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Reads the whole tenant, by GETs alone.
 * Auth0's own APIs are left out, and what roles hold of them: Actions don't run for their tokens.
 * @throws TenantError
 * @example
 * const found = await pull(tenant, { onProgress: (progress) => console.error(formatRemaining(progress)) });
 */
export async function pull(tenant: OpenTenant, options: PullOptions = {}): Promise<TenantExport> {
  const { reader } = tenant;
  const apiStart = await startOffsetList(apiList(reader));
  const roleStart = await startOffsetList(roleList(reader));
  const counter = new RequestCounter(
    tenant,
    options,
    remainingPages(apiStart) + remainingPages(roleStart) + 1,
  );
  const listedRoles = (await readOffsetList(roleStart.list, roleStart)).filter(isTenantRole);
  const journal = (await options.journal?.read()) ?? new Map();
  counter.roles = listedRoles.length;
  const starts = await sample(tenant, listedRoles, counter);
  const listedApis = await readOffsetList(apiStart.list, apiStart);
  const grants = await readGrants(reader, options.clientNames === true);
  const own = new Set(listedApis.filter(({ isSystem }) => isSystem).map(({ api }) => api.identifier));
  const known = new ScopeIndex(listedApis.map(({ api }) => api));
  const roles = new Map<string, HeldPermissions>();
  const waiting = listedRoles.values();
  const work = async (): Promise<void> => {
    for (const role of waiting) {
      const start = starts.get(role.id) ?? (await startRole(tenant, role, counter));
      starts.delete(role.id);
      const finished = readKnown(journal.get(role.id), start);
      const permissions = finished ?? (await readOffsetList(start.list, start));
      if (finished === undefined) await options.journal?.add(role.id, permissions);
      roles.set(role.id, grantable(permissions, own, known));
      counter.finishRole(start);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  return assemble(listedApis, own, listedRoles, roles, grants);
}

async function readGrants(reader: OpenTenant['reader'], byName: boolean): Promise<readonly GrantExport[]> {
  const grants = await readCheckpointList(grantList(reader));
  if (!byName || grants.length === 0) return grants;
  const clients = await readOffsetList(clientList(reader));
  const names = new Map(clients.map(({ id, name }) => [id, name]));
  return grants.map((grant) => ({ ...grant, client_id: names.get(grant.client_id) ?? grant.client_id }));
}

function isTenantRole({ type }: ListedRole): boolean {
  return type === undefined || type === 'tenant';
}

async function startRole(
  { reader }: OpenTenant,
  role: ListedRole,
  counter: RequestCounter,
): Promise<OffsetStart<GrantedPermission>> {
  const start = await startOffsetList(permissionList(reader, role));
  counter.startRole(start);
  return start;
}

/** First pages of some roles from the whole list, so that the time can be told before most of the work. */
async function sample(
  tenant: OpenTenant,
  roles: readonly ListedRole[],
  counter: RequestCounter,
): Promise<Map<string, OffsetStart<GrantedPermission>>> {
  const step = Math.max(1, Math.floor(roles.length / SAMPLE));
  const starts = new Map<string, OffsetStart<GrantedPermission>>();
  for (const role of roles.filter((_, index) => index % step === 0).slice(0, SAMPLE)) {
    starts.set(role.id, await startRole(tenant, role, counter));
  }
  counter.tell();
  return starts;
}

/** A role's permissions as the journal has them, if there are as many now, and those of the first page are among them. */
function readKnown(
  journal: List<GrantedPermission> | undefined,
  { first }: OffsetStart<GrantedPermission>,
): readonly GrantedPermission[] | undefined {
  if (journal === undefined || journal.length !== first.total) return undefined;
  const known = [...journal];
  const keys = new Set(known.map(permissionKey));
  return first.items.every((permission) => keys.has(permissionKey(permission))) ? known : undefined;
}

interface HeldPermissions {
  readonly permissions: List<GrantedPermission>;
  /** How many were of Auth0's own APIs. */
  readonly left: number;
  /** Those that no API has any more. */
  readonly gone: readonly GrantedPermission[];
}

function grantable(
  permissions: readonly GrantedPermission[],
  own: ReadonlySet<string>,
  known: ScopeIndex,
): HeldPermissions {
  const others = permissions.filter(({ resource_server_identifier }) => !own.has(resource_server_identifier));
  const isGone = ({ resource_server_identifier, permission_name }: GrantedPermission): boolean =>
    !known.has(resource_server_identifier, permission_name);
  const gone = others.filter(isGone);
  const kept = gone.length === 0 ? others : others.filter((permission) => !isGone(permission));
  return {
    permissions: new PackedList(kept.sort(comparePermissions)),
    left: permissions.length - others.length,
    gone,
  };
}

type AnyStart = Parameters<typeof remainingPages>[0];

/** Counts requests that are done and those that there will be. */
class RequestCounter {
  readonly #tenant: OpenTenant;
  readonly #options: PullOptions;
  readonly #others: number;
  #done = 2;
  #startedRoles = 0;
  #startedPages = 0;
  #told = false;
  roles = 0;

  constructor(tenant: OpenTenant, options: PullOptions, others: number) {
    this.#tenant = tenant;
    this.#options = options;
    this.#others = others;
  }

  startRole(start: AnyStart): void {
    this.#done++;
    this.#startedRoles++;
    this.#startedPages += 1 + remainingPages(start);
    if (this.#told) this.tell();
  }

  finishRole(start: AnyStart): void {
    this.#done += remainingPages(start);
    this.tell();
  }

  tell(): void {
    this.#told = true;
    const pagesOfRole = this.#startedRoles === 0 ? 1 : this.#startedPages / this.#startedRoles;
    const unknown = Math.max(0, this.roles - this.#startedRoles);
    const expected = Math.round(2 + this.#others + this.#startedPages + unknown * pagesOfRole);
    const rate = reckonedRate(this.#tenant.rateLimit()?.limit, this.#options.requestsPerSecond);
    this.#options.onProgress?.({ done: this.#done, expected: Math.max(expected, this.#done), rate });
  }
}

function assemble(
  listedApis: readonly ListedApi[],
  own: ReadonlySet<string>,
  listedRoles: readonly ListedRole[],
  held: ReadonlyMap<string, HeldPermissions>,
  grants: TenantExport['clientGrants'],
): TenantExport {
  const apis: ApiExport[] = listedApis.filter(({ isSystem }) => !isSystem).map(({ api }) => api);
  const roles = listedRoles.map(({ id, name, description }): RoleExport => {
    const described = description === undefined || description === '' ? {} : { description };
    return { name, ...described, permissions: held.get(id)?.permissions ?? [] };
  });
  return {
    apis: apis.sort((a, b) => compareStrings(a.identifier, b.identifier)),
    roles: roles.sort((a, b) => compareStrings(a.name, b.name)),
    clientGrants: grants
      .filter(({ audience }) => !own.has(audience))
      .sort((a, b) => compareStrings(a.audience, b.audience) || compareStrings(a.client_id, b.client_id)),
    notes: notesOf([...held.values()]),
  };
}

/** Names of permissions that a note has. */
const NAMED = 3;

function notesOf(held: readonly HeldPermissions[]): string[] {
  const left = held.reduce((sum, role) => sum + role.left, 0);
  const gone = held.flatMap((role) => role.gone);
  const names = [
    ...new Set(
      gone.map((permission) => `${permission.permission_name} of ${permission.resource_server_identifier}`),
    ),
  ];
  const named = names.slice(0, NAMED).join(', ');
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return [
    ...(left === 0
      ? []
      : [
          `${left} permissions of Auth0's own APIs that roles hold are left out: Actions don't run for their tokens.`,
        ]),
    ...(gone.length === 0
      ? []
      : [`What roles hold of permissions that no API has any more is left out: ${named}${more}.`]),
  ];
}
