/** A tenant on loopback: a real HTTP server behind the Management API that the resolver asks. */
import {
  ManagementApi,
  type ManagementApiOptions,
  type ServedApi,
  type StoredUser,
  serveManagementApi,
  Tenant,
} from '@claimgen/simulator/management-api/index';
import type { PermissionQuery } from '@claimgen/verifier';
import { expect, onTestFinished } from 'vitest';
import {
  buildProject,
  CLAIM,
  ORDERS,
  ordersConfig,
  SMALL_CATALOG,
} from '../../../generator/test/login/built-action.ts';
import { openApiChecker } from '../../../simulator/test/management-api/openapi.ts';
import { createResolver, type Resolver, type ResolverOptions, type ResolverTables } from '../../src/index.ts';

export { CLAIM, ORDERS };
export const CLIENT_ID = 'client-0123456789';
export const SECRET = 'secret-do-not-tell';
export const USER = 'auth0|5f7c8ec7c33c6c004bbafe82';

const check = openApiChecker();

/** What a build with `resolver: true` writes of the small catalog. */
export function build(action: object = {}, audience: object = {}, catalog: object = SMALL_CATALOG) {
  const config = ordersConfig(action, { encoding: 'bitset', resolver: true, ...audience });
  const output = buildProject(config, catalog);
  const text = (ending: string): string =>
    output.artifacts.find(({ path }) => path.endsWith(ending))?.text ?? '';
  return {
    tables: JSON.parse(text('resolver/orders.json')) as ResolverTables,
    layout: JSON.parse(text('verifier/orders.json')),
    code: text('code.js'),
  };
}

export interface TestTenant extends ServedApi {
  readonly api: ManagementApi;
  /** What was asked but for tokens, as `METHOD path`. */
  readonly requests: string[];
  /** Sends over HTTP what is meant for HTTPS. */
  readonly fetch: (request: Request) => Promise<Response>;
  readonly issuer: string;
  /** A resolver of this tenant; closed at the end of the test. */
  open(options?: Partial<ResolverOptions>): Resolver;
  query(more?: Partial<PermissionQuery>): PermissionQuery;
}

/** The roles of the small catalog, with a user who is a Clerk. */
export function smallTenant(user: Partial<StoredUser> = {}): Tenant {
  const tenant = new Tenant();
  for (const name of Object.keys(SMALL_CATALOG.roles))
    tenant.roles.set(`rol_${name}`, { id: `rol_${name}`, name, permissions: [] });
  tenant.users.set(USER, { permissions: [], roles: ['Clerk'], ...user });
  return tenant;
}

export async function startTenant(options: ManagementApiOptions = {}): Promise<TestTenant> {
  const clients = [{ id: CLIENT_ID, secret: SECRET, scopes: SCOPES }];
  const api = new ManagementApi({ tenant: smallTenant(), clients, ...options });
  const served = await serveManagementApi(api, { host: 'localhost' });
  onTestFinished(() => served.close());
  api.origin = `https://${served.domain}`;
  const requests: string[] = [];
  const problems = new Set<string>();
  api.onExchange = (exchange) => {
    const { method, path } = exchange.request;
    if (path !== '/oauth/token') requests.push(`${method} ${path.replace('/api/v2', '')}`);
    for (const problem of check?.(exchange) ?? []) problems.add(problem);
  };
  onTestFinished(() => expect([...problems]).toEqual([]));
  const { tables, layout } = build();
  const started: TestTenant = {
    ...served,
    api,
    requests,
    issuer: `https://${served.domain}/`,
    fetch: (request) => fetch(new Request(request.url.replace(/^https:/u, 'http:'), request)),
    open(more) {
      const resolver = createResolver({
        tables,
        domain: served.domain,
        clientId: CLIENT_ID,
        clientSecret: SECRET,
        requestsPerSecond: 1000,
        fetch: started.fetch,
        ...more,
      });
      onTestFinished(() => resolver.close());
      return resolver;
    },
    query(more) {
      return { issuer: started.issuer, subject: USER, audience: ORDERS, layout, ...more };
    },
  };
  return started;
}

/** Those that docs/guide/resolver.md names. */
const SCOPES = [
  'read:users',
  'read:roles',
  'read:user_effective_roles',
  'read:organization_member_roles',
  'read:organization_member_effective_roles',
  'read:user_effective_permissions',
];
