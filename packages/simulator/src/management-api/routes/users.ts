// /users, /jobs and /tenants: what users hold, their sessions, and exports of them.
import { type ApiAnswer, NOT_FOUND } from '../answer.ts';
import { checkpointPage, listOf, offsetPage } from '../paging.ts';
import type { Route, RouteContext } from '../route.ts';
import type { StoredUser } from '../tenant.ts';
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
  const known = [...tenant.roles.values()];
  const list = listOf(user.roles, (name) => {
    const role = known.find((other) => other.name === name);
    return role === undefined ? { name } : { id: role.id, name, description: role.description ?? '' };
  });
  return offsetPage(list, 'roles', { query, cap: behaviour.pageCap });
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
