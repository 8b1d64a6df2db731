/** A tenant whose calls are logged as Auth0 logs them, and what its users hold at the next login. */
import type { TenantNames } from '../../src/receivers/tenant-names.ts';

const ORDERS = 'https://orders.acme.example';
const BILLING = 'https://billing.acme.example';

export const PERMISSIONS = [
  { api: ORDERS, name: 'orders:read' },
  { api: ORDERS, name: 'orders:refund' },
  { api: BILLING, name: 'invoices:pay' },
] as const;

/** The audience `portal` has those of billing under a prefix, `orders` has its own. */
export const NAMES: TenantNames['permissions'] = PERMISSIONS.map(({ api, name }) => ({
  api,
  name,
  as:
    api === ORDERS
      ? [
          { aud: 'orders', name },
          { aud: 'portal', name: `orders/${name}` },
        ]
      : [{ aud: 'portal', name: `billing/${name}` }],
}));

export const USERS = ['auth0|1', 'auth0|2', 'google-oauth2|3'];
export const ROLES = ['rol_clerk', 'rol_boss', 'rol_none'];
export const ORG = 'org_1';

type Set3 = Set<number>;

export interface Tenant {
  roles: Map<string, { name: string; permissions: Set3 }>;
  users: Map<
    string,
    { roles: Set<string>; orgRoles: Set<string> | undefined; direct: Set3; metadata: Set3; blocked: boolean }
  >;
  /** What the Action's table says of roles, by name. */
  readonly table: ReadonlyMap<string, ReadonlySet<number>>;
  readonly sources: TenantNames['sources'];
  /** What the metadata of the organization and of the client say. */
  metadata: Record<'organization' | 'client', Set3>;
}

export function makeTenant(sources: TenantNames['sources'], next: () => number): Tenant {
  const some = <T>(values: readonly T[]) => new Set(values.filter(() => next() < 0.5));
  const places = PERMISSIONS.map((_, place) => place);
  const roles = new Map(ROLES.map((id) => [id, { name: `Role ${id}`, permissions: some(places) }]));
  return {
    roles,
    users: new Map(
      USERS.map((id) => [
        id,
        {
          roles: some(ROLES),
          orgRoles: next() < 0.7 ? some(ROLES) : undefined,
          direct: some(places),
          metadata: some(places),
          blocked: false,
        },
      ]),
    ),
    table: new Map([...roles.values()].map(({ name, permissions }) => [name, new Set(permissions)])),
    sources,
    metadata: { organization: some(places), client: some(places) },
  };
}

export function namesOf(tenant: Tenant): TenantNames {
  return {
    sources: tenant.sources,
    permissions: NAMES,
    roles: [...tenant.roles].map(([id, { name, permissions }]) => ({
      id,
      name,
      permissions: [...permissions].map((place) => PERMISSIONS[place] as (typeof PERMISSIONS)[number]),
    })),
    apis: [
      { id: 'api_orders', identifier: ORDERS },
      { id: 'api_billing', identifier: BILLING },
    ],
    actions: ['acme-permissions'],
  };
}

/** What a token of a login now would have in an audience; undefined where there is no login. */
export function held(
  tenant: Tenant,
  sub: string,
  org: string | undefined,
  aud: string,
): Set<string> | undefined {
  const user = tenant.users.get(sub);
  if (user === undefined || user.blocked) return undefined;
  const roles = org === undefined ? user.roles : user.orgRoles;
  if (roles === undefined) return undefined;
  const places = new Set<number>();
  const add = (all: Iterable<number> | undefined) => {
    for (const place of all ?? []) places.add(place);
  };
  const existing = [...roles].flatMap((id) => tenant.roles.get(id) ?? []);
  if (tenant.sources.roles) for (const { name } of existing) add(tenant.table.get(name));
  if (tenant.sources.managementApi) {
    for (const { permissions } of existing) add(permissions);
    if (org === undefined) add(user.direct);
  }
  const reads = (root: string) => tenant.sources.event.some((path) => path.startsWith(`${root}.`));
  if (reads('user')) add(user.metadata);
  if (reads('organization') && org !== undefined) add(tenant.metadata.organization);
  if (reads('client')) add(tenant.metadata.client);
  return new Set(
    [...places].flatMap(
      (place) => NAMES[place]?.as.filter((name) => name.aud === aud).map(({ name }) => name) ?? [],
    ),
  );
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly response?: unknown;
}

/** Makes a call, or one that fits the tenant, and returns it as it is logged. */
export function makeCall(tenant: Tenant, next: () => number): Call {
  const pick = <T>(values: readonly T[]) => values[Math.floor(next() * values.length)] as T;
  const some = <T>(values: readonly T[]) => {
    const chosen = values.filter(() => next() < 0.5);
    return chosen.length === 0 ? [pick(values)] : chosen;
  };
  const places = PERMISSIONS.map((_, place) => place);
  const sub = pick(USERS);
  const user = tenant.users.get(sub);
  const role = pick(ROLES);
  const method = pick(['post', 'delete']);
  const change = <T>(set: Set<T> | undefined, values: readonly T[]) => {
    for (const value of values)
      if (method === 'post') set?.add(value);
      else set?.delete(value);
  };
  const spelled = (all: readonly number[]) =>
    all.map((place) => ({
      permission_name: PERMISSIONS[place]?.name,
      resource_server_identifier: PERMISSIONS[place]?.api,
    }));
  const id = encodeURIComponent(sub);
  const kinds: (() => Call)[] = [
    () => {
      const roles = some(ROLES);
      change(user?.roles, roles);
      return { method, path: `/api/v2/users/${id}/roles`, body: { roles } };
    },
    () => {
      const users = method === 'post' ? some(USERS) : [sub];
      for (const other of users) if (method === 'post') tenant.users.get(other)?.roles.add(role);
      return method === 'post'
        ? { method, path: `/api/v2/roles/${role}/users`, body: { users } }
        : { method: 'post', path: `/api/v2/users/${id}/roles`, body: { roles: [] } };
    },
    () => {
      const all = some(places);
      change(tenant.roles.get(role)?.permissions, all);
      return { method, path: `/api/v2/roles/${role}/permissions`, body: { permissions: spelled(all) } };
    },
    () => {
      tenant.roles.delete(role);
      return { method: 'delete', path: `/api/v2/roles/${role}` };
    },
    () => {
      const existing = tenant.roles.get(role);
      const name = pick(['Role rol_clerk', 'Role rol_boss', 'Another']);
      if (existing !== undefined) existing.name = name;
      return { method: 'patch', path: `/api/v2/roles/${role}`, body: { name } };
    },
    () => {
      const all = some(places);
      change(user?.direct, all);
      return { method, path: `/api/v2/users/${id}/permissions`, body: { permissions: spelled(all) } };
    },
    () => {
      if (user !== undefined) user.blocked = true;
      return { method: 'patch', path: `/api/v2/users/${id}`, body: { blocked: true } };
    },
    () => {
      if (user !== undefined) user.metadata = new Set(some(places));
      return { method: 'patch', path: `/api/v2/users/${id}`, body: { app_metadata: { permissions: ['x'] } } };
    },
    () => {
      tenant.metadata.organization = new Set(some(places));
      return { method: 'patch', path: `/api/v2/organizations/${ORG}`, body: { metadata: { names: 'x' } } };
    },
    () => {
      tenant.metadata.client = new Set(some(places));
      return { method: 'patch', path: '/api/v2/clients/c1', body: { client_metadata: { names: 'x' } } };
    },
    () => {
      tenant.users.delete(sub);
      return { method: 'delete', path: `/api/v2/users/${id}` };
    },
    () => {
      const roles = some(ROLES);
      change(user?.orgRoles, roles);
      return { method, path: `/api/v2/organizations/${ORG}/members/${id}/roles`, body: { roles } };
    },
    () => {
      const members = some(USERS);
      for (const other of members) {
        const member = tenant.users.get(other);
        if (member !== undefined) member.orgRoles = undefined;
      }
      return { method: 'delete', path: `/api/v2/organizations/${ORG}/members`, body: { members } };
    },
    () => {
      for (const member of tenant.users.values()) member.orgRoles = undefined;
      return { method: 'delete', path: `/api/v2/organizations/${ORG}` };
    },
    () => {
      // Linked into another user: it is none by itself any longer.
      const other = pick(USERS.filter((name) => name !== sub));
      tenant.users.delete(other);
      const [provider, own] = other.split('|');
      return {
        method: 'post',
        path: `/api/v2/users/${id}/identities`,
        body: { provider, user_id: own },
        response: [{ provider, user_id: own }],
      };
    },
    () => {
      const kept = some([0, 1]);
      for (const place of [0, 1].filter((other) => !kept.includes(other))) {
        for (const each of tenant.roles.values()) each.permissions.delete(place);
        for (const each of tenant.users.values()) each.direct.delete(place);
      }
      return {
        method: 'patch',
        path: `/api/v2/resource-servers/${pick(['api_orders', encodeURIComponent(ORDERS)])}`,
        body: { scopes: kept.map((place) => ({ value: PERMISSIONS[place]?.name })) },
        response: { identifier: ORDERS },
      };
    },
    () => {
      for (const each of tenant.roles.values()) each.permissions.delete(2);
      for (const each of tenant.users.values()) each.direct.delete(2);
      return { method: 'delete', path: '/api/v2/resource-servers/api_billing' };
    },
  ];
  return pick(kinds)();
}

export function logEntry({ method, path, body, response }: Call, date: string): Record<string, unknown> {
  const data = {
    date,
    type: 'sapi',
    description: 'Whatever Auth0 calls it',
    log_id: '90020261126133105123456000000000000001223372036854775807',
    details: {
      request: { method, path, query: {}, ...(body !== undefined && { body }) },
      response: { statusCode: 200, ...(response !== undefined && { body: response }) },
    },
  };
  return { log_id: data.log_id, data };
}
