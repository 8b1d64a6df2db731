// /users, /jobs and /tenants: what users hold, their sessions, and exports of them.
import { type ApiAnswer, NOT_FOUND } from '../answer.ts';
import { checkpointPage, type List, listOf, offsetPage } from '../paging.ts';
import type { Route, RouteContext } from '../route.ts';
import type { Membership, StoredUser, Tenant } from '../tenant.ts';
import { viewPermission } from './rbac.ts';

const USERS = ['read:users'];

export const USER_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/users/{id}', scopes: USERS, run: onUser(view) },
  { method: 'GET', path: '/users/{id}/permissions', scopes: USERS, run: onUser(listPermissions) },
  {
    method: 'GET',
    path: '/users/{id}/effective-permissions',
    scopes: ['read:user_effective_permissions'],
    run: onUser(listEffective),
  },
  {
    method: 'GET',
    path: '/users/{id}/roles',
    scopes: ['read:users', 'read:roles', 'read:role_members'],
    run: onUser(listRoles),
  },
  {
    method: 'GET',
    path: '/users/{id}/effective-roles',
    scopes: ['read:user_effective_roles'],
    run: onUser(listEffectiveRoles),
  },
  {
    method: 'GET',
    path: '/organizations/{id}/members/{user_id}/roles',
    scopes: ['read:organization_member_roles'],
    run: onMember((member, { tenant, query, behaviour }) =>
      offsetPage(rolesById(tenant, member.roles), 'roles', { query, cap: behaviour.pageCap }),
    ),
  },
  {
    method: 'GET',
    path: '/organizations/{id}/members/{user_id}/effective-roles',
    scopes: ['read:organization_member_effective_roles'],
    run: onMember(({ roles, groupRoles = [] }, { tenant, query, behaviour }) => {
      const list = effectiveList(rolesById(tenant, roles), rolesById(tenant, groupRoles));
      return checkpointPage(list, 'roles', { query, cap: behaviour.pageCap });
    }),
  },
  { method: 'GET', path: '/users/{id}/sessions', scopes: ['read:sessions'], run: onUser(listSessions) },
  {
    method: 'DELETE',
    path: '/users/{id}/sessions',
    scopes: ['delete:sessions'],
    run: onUser(clear('sessions')),
  },
  {
    method: 'GET',
    path: '/users/{id}/refresh-tokens',
    scopes: ['read:refresh_tokens'],
    run: onUser(listRefreshTokens),
  },
  {
    method: 'DELETE',
    path: '/users/{id}/refresh-tokens',
    scopes: ['delete:refresh_tokens'],
    run: onUser(clear('refreshTokens')),
  },
  { method: 'POST', path: '/jobs/users-exports', scopes: USERS, run: exportUsers },
  { method: 'GET', path: '/jobs/{id}', scopes: ['read:users', 'create:users'], run: getJob },
  {
    method: 'GET',
    path: '/tenants/settings',
    scopes: ['read:tenant_settings'],
    run: () => ({ status: 200, body: { friendly_name: 'Stand-in', sandbox_version: '22' } }),
  },
];

/** Milliseconds that an export takes. */
const EXPORT_TIME = 3_000;

function onUser(run: (user: StoredUser, context: RouteContext) => ApiAnswer): Route['run'] {
  return (context) => {
    const user = context.tenant.user(context.params[0] ?? '');
    return user === undefined ? NOT_FOUND : run(user, context);
  };
}

/** A member's roles, as of what the user is in that organization. */
function onMember(run: (member: Membership, context: RouteContext) => ApiAnswer): Route['run'] {
  return (context) => {
    const [organization = '', id = ''] = context.params;
    const memberships = context.tenant.user(id)?.memberships ?? {};
    const member = Object.hasOwn(memberships, organization) ? memberships[organization] : undefined;
    return member === undefined ? NOT_FOUND : run(member, context);
  };
}

function view(user: StoredUser, { params }: RouteContext): ApiAnswer {
  return { status: 200, body: { user_id: params[0], ...user.profile } };
}

function listPermissions(user: StoredUser, { tenant, query, behaviour }: RouteContext): ApiAnswer {
  const list = listOf(user.permissions, (held) => viewPermission(tenant, held));
  return offsetPage(list, 'permissions', { query, cap: behaviour.pageCap });
}

function listEffective(user: StoredUser, { query, behaviour }: RouteContext): ApiAnswer {
  const api = query.get('resource_server_identifier');
  // Auth0 asks for it; what it answers without is not known.
  if (api === null) return NOT_FOUND;
  const held = user.permissions.filter((permission) => permission.resource_server_identifier === api);
  const list = listOf(held, (permission) => ({ ...permission, sources: ['roles'] }));
  return checkpointPage(list, 'permissions', { query, cap: behaviour.pageCap });
}

function listRoles(user: StoredUser, { tenant, query, behaviour }: RouteContext): ApiAnswer {
  return offsetPage(rolesByName(tenant, user.roles), 'roles', { query, cap: behaviour.pageCap });
}

function listEffectiveRoles(
  { roles, groupRoles = [] }: StoredUser,
  { tenant, query, behaviour }: RouteContext,
): ApiAnswer {
  const list = effectiveList(rolesByName(tenant, roles), rolesByName(tenant, groupRoles));
  return checkpointPage(list, 'roles', { query, cap: behaviour.pageCap });
}

function rolesByName(tenant: Tenant, names: readonly string[]): List {
  const known = [...tenant.roles.values()];
  return listOf(names, (name) => {
    const role = known.find((other) => other.name === name);
    return role === undefined ? { name } : { id: role.id, name, description: role.description ?? '' };
  });
}

function rolesById(tenant: Tenant, ids: readonly string[]): List {
  return listOf(ids, (id) => {
    const { name, description = '' } = tenant.roles.get(id) ?? {};
    return { id, name, description };
  });
}

/** Those that are assigned, then those of groups. */
function effectiveList(direct: List, groups: List): List {
  return {
    length: direct.length + groups.length,
    at: (index) =>
      index < direct.length
        ? { ...(direct.at(index) as object), sources: ['direct'] }
        : { ...(groups.at(index - direct.length) as object), sources: ['groups'] },
  };
}

function listSessions({ sessions = [] }: StoredUser, { query, params, behaviour }: RouteContext): ApiAnswer {
  return checkpointPage(
    listOf(sessions, (id) => ({ id, user_id: params[0] })),
    'sessions',
    { query, cap: behaviour.pageCap },
  );
}

function listRefreshTokens(
  { refreshTokens = [] }: StoredUser,
  { query, params, behaviour }: RouteContext,
): ApiAnswer {
  const list = listOf(refreshTokens, (id) => ({ id, user_id: params[0] }));
  return checkpointPage(list, 'tokens', { query, cap: behaviour.pageCap });
}

/** Auth0 accepts it and does it later; here it is done at once. */
function clear(field: 'sessions' | 'refreshTokens'): (user: StoredUser, context: RouteContext) => ApiAnswer {
  return (user, { tenant, params }) => {
    tenant.users.set(params[0] ?? '', { ...user, [field]: [] });
    return { status: 202 };
  };
}

function exportUsers({ tenant, body, now }: RouteContext): ApiAnswer {
  const { fields = [], format = 'json' } = body as {
    readonly fields?: readonly unknown[];
    readonly format?: string;
  };
  const job = { id: tenant.newId('job'), createdAt: now, readyAt: now + EXPORT_TIME, fields, format };
  tenant.jobs.set(job.id, job);
  const created_at = new Date(now).toISOString();
  return {
    status: 200,
    body: {
      id: job.id,
      type: 'users_export',
      status: 'pending',
      connection: 'all',
      format,
      fields,
      created_at,
    },
  };
}

function getJob({ tenant, params, now, origin }: RouteContext): ApiAnswer {
  const job = tenant.jobs.get(params[0] ?? '');
  if (job === undefined) return NOT_FOUND;
  const base = {
    id: job.id,
    type: 'users_export',
    created_at: new Date(job.createdAt).toISOString(),
    format: job.format,
  };
  if (now < job.readyAt) return { status: 200, body: { ...base, status: 'processing', percentage_done: 50 } };
  // On the storage of another host at Auth0: without a token, for a minute.
  return {
    status: 200,
    body: { ...base, status: 'completed', location: `${origin}/exports/${job.id}.json.gz` },
  };
}
