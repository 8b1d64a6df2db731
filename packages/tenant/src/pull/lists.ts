// The lists that `pull` reads, each with what it is called, how a page is asked for and what tells its entries apart. Fields that
// claimgen decides by are checked here: what isn't as documented is an error, never passed over.
import type { ManagementClient } from 'auth0';
import { TenantError } from '../errors.ts';
import type { CheckpointList } from '../paging/checkpoint-list.ts';
import type { OffsetList, OffsetPage } from '../paging/offset-list.ts';
import { call } from '../wire/call.ts';
import { PackedList } from './packed-list.ts';
import type { ApiExport, GrantExport, GrantedPermission, Scope } from './tenant-export.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A role as the list has it. */
export interface ListedRole {
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  /** `tenant`, or `organization` for a role of one organization. */
  readonly type: string | undefined;
}

/** An API and whether it is one of Auth0's own. */
export interface ListedApi {
  readonly api: ApiExport;
  readonly isSystem: boolean;
}

export function apiList(client: ManagementClient): OffsetList<ListedApi> {
  const what = 'APIs';
  return {
    what,
    key: ({ api }) => api.identifier,
    page: async (page, per_page) => {
      const { response } = await call(
        `reading the ${what}`,
        client.resourceServers.list({ page, per_page, include_totals: true }),
      );
      return offsetPage(what, response, 'resource_servers', (entry) => readApi(entry));
    },
  };
}

export function roleList(client: ManagementClient): OffsetList<ListedRole> {
  const what = 'roles';
  return {
    what,
    key: ({ id }) => id,
    page: async (page, per_page) => {
      // Organizations' own roles would come along without `type`.
      const { response } = await call(
        `reading the ${what}`,
        client.roles.list({ page, per_page, include_totals: true, type: 'tenant' }),
      );
      return offsetPage(what, response, 'roles', (entry) => ({
        id: text(entry, 'id', what),
        name: text(entry, 'name', what),
        description: optionalText(entry, 'description', what),
        type: optionalText(entry, 'type', what),
      }));
    },
  };
}

/** An application, as far as grants name it. */
export interface ListedClient {
  readonly id: string;
  readonly name: string;
}

export function clientList(client: ManagementClient): OffsetList<ListedClient> {
  const what = 'applications';
  return {
    what,
    key: ({ id }) => id,
    page: async (page, per_page) => {
      const fields = { fields: 'client_id,name', include_fields: true };
      const { response } = await call(
        `reading the ${what}`,
        client.clients.list({ page, per_page, include_totals: true, ...fields }),
      );
      return offsetPage(what, response, 'clients', (entry) => ({
        id: text(entry, 'client_id', what),
        name: optionalText(entry, 'name', what) ?? text(entry, 'client_id', what),
      }));
    },
  };
}

export function permissionList(client: ManagementClient, role: ListedRole): OffsetList<GrantedPermission> {
  const what = `permissions of the role ${JSON.stringify(role.name)}`;
  return {
    what,
    key: ({ permission_name, resource_server_identifier }) =>
      `${resource_server_identifier} ${permission_name}`,
    page: async (page, per_page) => {
      const list = client.roles.permissions.list(role.id, { page, per_page, include_totals: true });
      const { response } = await call(`reading the ${what}`, list);
      return offsetPage(what, response, 'permissions', (entry) => ({
        permission_name: text(entry, 'permission_name', what),
        resource_server_identifier: text(entry, 'resource_server_identifier', what),
      }));
    },
  };
}

export function grantList(client: ManagementClient): CheckpointList<GrantExport> {
  const what = 'client grants';
  return {
    what,
    key: ({ client_id, audience, ...rest }) =>
      JSON.stringify([client_id, audience, rest['subject_type'] ?? 'client', rest['default_for'] ?? '']),
    page: async (from, take) => {
      const list = client.clientGrants.list({ take, ...(from === undefined ? {} : { from }) });
      const { response } = await call(`reading the ${what}`, list);
      const { items, next } = checkpointPage(what, response, 'client_grants', readGrant);
      return { items, next };
    },
  };
}

function readApi(entry: Fields): ListedApi {
  const what = 'APIs';
  const { id: _, client_id: __, is_system, scopes, ...rest } = entry;
  const identifier = text(entry, 'identifier', what);
  checkKinds(entry, identifier);
  return {
    isSystem: is_system === true,
    api: {
      ...rest,
      identifier,
      name: optionalText(entry, 'name', what) ?? identifier,
      scopes: new PackedList(readScopes(scopes, identifier)),
    },
  };
}

/** Fields that decide how tokens look, and their kinds. */
const KINDS = {
  enforce_policies: 'boolean',
  token_dialect: 'string',
  signing_alg: 'string',
  token_lifetime: 'number',
  token_lifetime_for_web: 'number',
} as const;

function checkKinds(entry: Fields, identifier: string): void {
  for (const [field, kind] of Object.entries(KINDS)) {
    const value = entry[field] ?? undefined;
    if (value !== undefined && typeof value !== kind)
      throw malformed(`API ${JSON.stringify(identifier)}`, field);
  }
}

function readScopes(scopes: unknown, identifier: string): Scope[] {
  if (scopes === undefined || scopes === null) return [];
  const what = `scopes of the API ${JSON.stringify(identifier)}`;
  if (!Array.isArray(scopes)) throw malformed(what, 'scopes');
  return scopes.map((entry: unknown) => {
    const fields = Object(entry) as Fields;
    const description = optionalText(fields, 'description', what);
    const value = text(fields, 'value', what);
    return description === undefined || description === '' ? { value } : { value, description };
  });
}

function readGrant(entry: Fields): GrantExport {
  const what = 'client grants';
  const { id: _, scope, ...rest } = entry;
  // A grant that is the default for third-party clients has no client of its own.
  const grant = {
    ...rest,
    client_id: optionalText(entry, 'client_id', what) ?? '',
    audience: text(entry, 'audience', what),
  };
  if (scope === undefined || scope === null) return grant;
  if (!Array.isArray(scope) || !scope.every((name): name is string => typeof name === 'string'))
    throw malformed(what, 'scope');
  return { ...grant, scope };
}

/** Reads the form {start, limit, total, [name]: [...]}. */
export function offsetPage<T>(
  what: string,
  response: unknown,
  name: string,
  read: (entry: Fields) => T,
): OffsetPage<T> {
  const { start, limit, total, [name]: items } = Object(response) as Fields;
  if (typeof total !== 'number') throw malformed(what, 'total');
  if (typeof limit !== 'number') throw malformed(what, 'limit');
  if (typeof start !== 'number') throw malformed(what, 'start');
  if (!Array.isArray(items)) throw malformed(what, name);
  return { start, limit, total, items: items.map((entry: unknown) => read(Object(entry))) };
}

/** Reads the form of the Actions service, {[name]: [...], total, page, per_page}, where a zero is left out. */
export function actionsPage<T>(
  what: string,
  response: unknown,
  name: string,
  read: (entry: Fields) => T,
): OffsetPage<T> {
  const { total = 0, page = 0, per_page: limit, [name]: items = [] } = Object(response) as Fields;
  if (typeof total !== 'number') throw malformed(what, 'total');
  if (typeof page !== 'number') throw malformed(what, 'page');
  if (typeof limit !== 'number') throw malformed(what, 'per_page');
  if (!Array.isArray(items)) throw malformed(what, name);
  return { start: page * limit, limit, total, items: items.map((entry: unknown) => read(Object(entry))) };
}

/** Reads the form {[name]: [...], next}. */
export function checkpointPage<T>(
  what: string,
  response: unknown,
  name: string,
  read: (entry: Fields) => T,
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const { next, [name]: items } = Object(response) as Fields;
  if (next !== undefined && next !== null && typeof next !== 'string') throw malformed(what, 'next');
  if (!Array.isArray(items)) throw malformed(what, name);
  return {
    items: items.map((entry: unknown) => read(Object(entry))),
    next: typeof next === 'string' ? next : undefined,
  };
}

function text(entry: Fields, field: string, what: string): string {
  const value = entry[field];
  if (typeof value !== 'string') throw malformed(what, field);
  return value;
}

function optionalText(entry: Fields, field: string, what: string): string | undefined {
  const value = entry[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw malformed(what, field);
  return value;
}

function malformed(what: string, field: string): TenantError {
  return new TenantError(
    'answer_invalid',
    `reading the ${what}: the answer's ${JSON.stringify(field)} is missing or of another kind than documented`,
    'Run the command again; if it stays so, update claimgen, or report this.',
  );
}
