// /resource-servers, /roles, /client-grants and /clients: what permissions there are, and who may have them.
import { type ApiAnswer, invalid, NOT_FOUND, refusal } from '../answer.ts';
import { anyPage, type List, listOf, offsetPage } from '../paging.ts';
import type { Route, RouteContext } from '../route.ts';
import type { HeldPermission, StoredApi, StoredRole, Tenant } from '../tenant.ts';

const API = ['read:resource_servers'];
const ROLES = ['read:roles'];

export const RBAC_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/resource-servers', scopes: API, run: listApis },
  { method: 'POST', path: '/resource-servers', scopes: ['create:resource_servers'], run: createApi },
  {
    method: 'GET',
    path: '/resource-servers/{id}',
    scopes: API,
    run: onApi((api) => ({ status: 200, body: api })),
  },
  {
    method: 'PATCH',
    path: '/resource-servers/{id}',
    scopes: ['update:resource_servers'],
    run: onApi(updateApi),
  },
  { method: 'GET', path: '/roles', scopes: ROLES, run: listRoles },
  { method: 'POST', path: '/roles', scopes: ['create:roles'], run: createRole },
  {
    method: 'GET',
    path: '/roles/{id}',
    scopes: ROLES,
    run: onRole((role) => ({ status: 200, body: viewRole(role) })),
  },
  { method: 'PATCH', path: '/roles/{id}', scopes: ['update:roles'], run: onRole(updateRole) },
  { method: 'DELETE', path: '/roles/{id}', scopes: ['delete:roles'], run: onRole(removeRole) },
  { method: 'GET', path: '/roles/{id}/permissions', scopes: ROLES, run: onRole(listPermissions) },
  { method: 'POST', path: '/roles/{id}/permissions', scopes: ['update:roles'], run: onRole(addPermissions) },
  {
    method: 'DELETE',
    path: '/roles/{id}/permissions',
    scopes: ['update:roles'],
    run: onRole(removePermissions),
  },
  {
    method: 'GET',
    path: '/roles/{id}/users',
    scopes: ['read:roles', 'read:users', 'read:role_members'],
    run: onRole(listUsers),
  },
  { method: 'GET', path: '/client-grants', scopes: ['read:client_grants'], run: listGrants },
  { method: 'GET', path: '/clients', scopes: ['read:clients', 'read:client_summary'], run: listClients },
];

function paged(name: string, list: List, { query, behaviour }: RouteContext, page = offsetPage): ApiAnswer {
  return page(behaviour.moveList?.(name, list) ?? list, name, { query, cap: behaviour.pageCap });
}

function listApis(context: RouteContext): ApiAnswer {
  const wanted = context.query.getAll('identifiers');
  const apis = [...context.tenant.apis.values()];
  const found = wanted.length === 0 ? apis : apis.filter(({ identifier }) => wanted.includes(identifier));
  return paged('resource_servers', listOf(found), context);
}

function onApi(run: (api: StoredApi, context: RouteContext) => ApiAnswer): Route['run'] {
  return (context) => {
    const api = context.tenant.apis.get(context.params[0] ?? '');
    return api === undefined ? NOT_FOUND : run(api, context);
  };
}

function createApi({ tenant, body }: RouteContext): ApiAnswer {
  const { identifier } = body;
  if (typeof identifier !== 'string') return invalid("Missing required property: 'identifier'.");
  if ([...tenant.apis.values()].some((api) => api.identifier === identifier)) {
    return refusal(409, 'Conflict', 'A resource server with the same identifier already exists.');
  }
  const api = { name: identifier, ...body, identifier, id: tenant.newId('api') };
  tenant.apis.set(api.id, api);
  return { status: 201, body: api };
}

function updateApi(api: StoredApi, { tenant, body }: RouteContext): ApiAnswer {
  if ('identifier' in body)
    return invalid("Payload validation error: 'Additional properties not allowed: identifier'.");
  const changed = { ...api, ...body };
  tenant.apis.set(api.id, changed);
  return { status: 201, body: changed };
}

function viewRole({ id, name, description, type = 'tenant' }: StoredRole): object {
  return { id, name, ...(description === undefined ? {} : { description }), type };
}

function listRoles(context: RouteContext): ApiAnswer {
  const type = context.query.get('type');
  const roles = [...context.tenant.roles.values()].filter(
    (role) => type === null || (role.type ?? 'tenant') === type,
  );
  return paged('roles', listOf(roles, viewRole), context);
}

function onRole(run: (role: StoredRole, context: RouteContext) => ApiAnswer): Route['run'] {
  return (context) => {
    const role = context.tenant.roles.get(context.params[0] ?? '');
    return role === undefined ? NOT_FOUND : run(role, context);
  };
}

function createRole({ tenant, body }: RouteContext): ApiAnswer {
  const { name, description } = body;
  if (typeof name !== 'string' || name === '') return invalid("Missing required property: 'name'.");
  const described = typeof description === 'string' ? { description } : {};
  const role: StoredRole = { id: tenant.newId('rol'), name, ...described, permissions: [] };
  tenant.roles.set(role.id, role);
  return { status: 200, body: viewRole(role) };
}

function updateRole(role: StoredRole, { tenant, body }: RouteContext): ApiAnswer {
  const changed = { ...role, ...(body as Partial<StoredRole>) };
  tenant.roles.set(role.id, changed);
  return { status: 200, body: viewRole(changed) };
}

function removeRole(role: StoredRole, { tenant }: RouteContext): ApiAnswer {
  tenant.roles.delete(role.id);
  return { status: 200, body: {} };
}

/** A permission as lists of roles and of users show it: with what the API says of it. */
export function viewPermission(tenant: Tenant, held: HeldPermission): object {
  const api = [...tenant.apis.values()].find(
    ({ identifier }) => identifier === held.resource_server_identifier,
  );
  const scope = api?.scopes?.find(({ value }) => value === held.permission_name);
  return {
    ...held,
    ...(scope?.description === undefined ? {} : { description: scope.description }),
    ...(api === undefined ? {} : { resource_server_name: api.name }),
  };
}

function listPermissions(role: StoredRole, context: RouteContext): ApiAnswer {
  return paged(
    'permissions',
    listOf(role.permissions, (held) => viewPermission(context.tenant, held)),
    context,
  );
}

function permissionsOf(body: RouteContext['body']): readonly HeldPermission[] {
  return (body['permissions'] as readonly HeldPermission[] | undefined) ?? [];
}

function same(a: HeldPermission, b: HeldPermission): boolean {
  return (
    a.permission_name === b.permission_name && a.resource_server_identifier === b.resource_server_identifier
  );
}

function addPermissions(role: StoredRole, { tenant, body }: RouteContext): ApiAnswer {
  const added = permissionsOf(body).filter((held) => !role.permissions.some((other) => same(held, other)));
  tenant.roles.set(role.id, { ...role, permissions: [...role.permissions, ...added] });
  return { status: 201, body: {} };
}

function removePermissions(role: StoredRole, { tenant, body }: RouteContext): ApiAnswer {
  const removed = permissionsOf(body);
  const permissions = role.permissions.filter((held) => !removed.some((other) => same(held, other)));
  tenant.roles.set(role.id, { ...role, permissions });
  return { status: 200, body: {} };
}

function listUsers(role: StoredRole, context: RouteContext): ApiAnswer {
  const users = [...context.tenant.users].filter(([, user]) => user.roles.includes(role.name));
  const view = ([user_id]: (typeof users)[number]): object => ({ user_id, name: user_id });
  return paged('users', listOf(users, view), context, anyPage);
}

function listGrants(context: RouteContext): ApiAnswer {
  const audience = context.query.get('audience');
  const grants = [...context.tenant.grants.values()].filter(
    (grant) => audience === null || grant.audience === audience,
  );
  return paged('client_grants', listOf(grants), context, anyPage);
}

function listClients(context: RouteContext): ApiAnswer {
  return paged('clients', listOf([...context.tenant.clients.values()]), context, anyPage);
}
