// What changed between the catalog that is there and the tenant: the diff that `pull` prints, and the drift that `doctor` tells.
import { grantedScopes, grantee, isOfMachines, type TenantExport } from './tenant-export.ts';

/** A permission as catalogs name it. */
export interface CatalogPermission {
  readonly name: string;
  readonly audience?: string | undefined;
}

/** What is compared of a catalog. The generator's own `Catalog` has this form. */
export interface ComparedCatalog {
  readonly permissions: readonly CatalogPermission[];
  readonly roles: readonly { readonly name: string; readonly permissions: readonly CatalogPermission[] }[];
  readonly apis: readonly ComparedApi[];
  readonly clientGrants?: readonly ComparedGrant[] | undefined;
}

export interface ComparedApi {
  readonly identifier: string;
  readonly name?: string | undefined;
  readonly enforcePolicies?: boolean | undefined;
  readonly tokenDialect?: string | undefined;
  readonly signingAlgorithm?: string | undefined;
  readonly encrypted?: boolean | undefined;
  readonly tokenLifetime?: number | undefined;
  readonly tokenLifetimeForWeb?: number | undefined;
}

export interface ComparedGrant {
  readonly client: string;
  readonly audience: string;
  readonly scopes: readonly string[] | 'all';
}

/** One difference, seen from the catalog: `added` is in the tenant alone. */
export type CatalogChange =
  | { readonly kind: 'api'; readonly change: 'added' | 'removed'; readonly api: string }
  | {
      readonly kind: 'api-setting';
      readonly api: string;
      readonly setting: string;
      readonly before: string;
      readonly after: string;
    }
  | {
      readonly kind: 'permission';
      readonly change: 'added' | 'removed';
      readonly permission: CatalogPermission;
    }
  | { readonly kind: 'role'; readonly change: 'added' | 'removed'; readonly role: string }
  | {
      readonly kind: 'role-permissions';
      readonly role: string;
      readonly gained: readonly CatalogPermission[];
      readonly lost: readonly CatalogPermission[];
    }
  | {
      readonly kind: 'grant';
      readonly change: 'added' | 'removed';
      readonly client: string;
      readonly audience: string;
    }
  | {
      readonly kind: 'grant-scopes';
      readonly client: string;
      readonly audience: string;
      readonly gained: readonly string[];
      readonly lost: readonly string[];
    };

/** The tenant in the form that catalogs are compared in. */
export function comparedCatalog(tenant: TenantExport): ComparedCatalog {
  return {
    permissions: tenant.apis.flatMap(({ identifier, scopes }) =>
      Array.from(scopes, ({ value }) => ({ name: value, audience: identifier })),
    ),
    roles: tenant.roles.map(({ name, permissions }) => ({
      name,
      permissions: Array.from(permissions, (held) => ({
        name: held.permission_name,
        audience: held.resource_server_identifier,
      })),
    })),
    apis: tenant.apis.map((api) => ({
      identifier: api.identifier,
      name: api.name,
      enforcePolicies: api.enforce_policies,
      tokenDialect: api.token_dialect,
      signingAlgorithm: api.signing_alg,
      encrypted: (api.token_encryption ?? null) !== null,
      tokenLifetime: api.token_lifetime,
      tokenLifetimeForWeb: api.token_lifetime_for_web,
    })),
    clientGrants: tenant.clientGrants.filter(isOfMachines).map((grant) => ({
      client: grantee(grant),
      audience: grant.audience,
      scopes: grantedScopes(grant),
    })),
  };
}

/** A catalog without what is about APIs that don't count: their permissions, wherever they are listed, settings and grants. */
export function catalogOf(
  { permissions, roles, apis, clientGrants = [] }: ComparedCatalog,
  counts: (identifier: string) => boolean,
): ComparedCatalog {
  const isOf = ({ audience }: { readonly audience?: string | undefined }): boolean =>
    audience === undefined || counts(audience);
  return {
    permissions: permissions.filter(isOf),
    roles: roles.map((role) => ({ name: role.name, permissions: role.permissions.filter(isOf) })),
    apis: apis.filter(({ identifier }) => counts(identifier)),
    clientGrants: clientGrants.filter(isOf),
  };
}

/** Every difference, in the order of APIs, permissions, roles and grants. Empty where both are the same. */
export function diffCatalogs(before: ComparedCatalog, after: ComparedCatalog): CatalogChange[] {
  return [
    ...diffApis(before.apis, after.apis),
    ...diffPermissions(before.permissions, after.permissions),
    ...diffRoles(before.roles, after.roles),
    ...diffGrants(before.clientGrants ?? [], after.clientGrants ?? []),
  ];
}

function keyOf({ name, audience }: CatalogPermission): string {
  return JSON.stringify([audience ?? null, name]);
}

/** What one list has and the other lacks, both ways. */
function compare<T>(
  before: readonly T[],
  after: readonly T[],
  key: (item: T) => string,
): { added: T[]; removed: T[] } {
  const had = new Set(before.map(key));
  const has = new Set(after.map(key));
  return {
    added: after.filter((item) => !had.has(key(item))),
    removed: before.filter((item) => !has.has(key(item))),
  };
}

const SETTINGS = [
  'name',
  'enforcePolicies',
  'tokenDialect',
  'signingAlgorithm',
  'encrypted',
  'tokenLifetime',
  'tokenLifetimeForWeb',
] as const;

function diffApis(before: readonly ComparedApi[], after: readonly ComparedApi[]): CatalogChange[] {
  const { added, removed } = compare(before, after, ({ identifier }) => identifier);
  const had = new Map(before.map((api) => [api.identifier, api]));
  const changed = after.flatMap((api) => {
    const old = had.get(api.identifier);
    return old === undefined ? [] : settingsChanged(old, api);
  });
  return [
    ...added.map(({ identifier }) => ({ kind: 'api', change: 'added', api: identifier }) as const),
    ...removed.map(({ identifier }) => ({ kind: 'api', change: 'removed', api: identifier }) as const),
    ...changed,
  ];
}

/** What an API has of which neither the tenant nor an export says anything: Auth0 leaves these out until somebody sets them. */
const UNSET: Partial<ComparedApi> = {
  enforcePolicies: false,
  tokenDialect: 'access_token',
  encrypted: false,
};

/** Any other setting that the catalog doesn't have can't have changed. */
function settingsChanged(old: ComparedApi, api: ComparedApi): CatalogChange[] {
  return SETTINGS.flatMap((setting) => {
    const [before, now] = [old, api].map((known) => known[setting] ?? UNSET[setting]);
    if (before === undefined || before === now) return [];
    return [
      {
        kind: 'api-setting' as const,
        api: api.identifier,
        setting,
        before: String(before),
        after: String(now),
      },
    ];
  });
}

function diffPermissions(
  before: readonly CatalogPermission[],
  after: readonly CatalogPermission[],
): CatalogChange[] {
  const { added, removed } = compare(before, after, keyOf);
  return [
    ...added.map((permission) => ({ kind: 'permission', change: 'added', permission }) as const),
    ...removed.map((permission) => ({ kind: 'permission', change: 'removed', permission }) as const),
  ];
}

function diffRoles(before: ComparedCatalog['roles'], after: ComparedCatalog['roles']): CatalogChange[] {
  const { added, removed } = compare(before, after, ({ name }) => name);
  const had = new Map(before.map((role) => [role.name, role.permissions]));
  const changed = after.flatMap(({ name, permissions }): CatalogChange[] => {
    const old = had.get(name);
    if (old === undefined)
      return permissions.length === 0
        ? []
        : [{ kind: 'role-permissions', role: name, gained: permissions, lost: [] }];
    const difference = compare(old, permissions, keyOf);
    if (difference.added.length + difference.removed.length === 0) return [];
    return [{ kind: 'role-permissions', role: name, gained: difference.added, lost: difference.removed }];
  });
  return [
    ...added.map(({ name }) => ({ kind: 'role', change: 'added', role: name }) as const),
    ...removed.map(({ name }) => ({ kind: 'role', change: 'removed', role: name }) as const),
    ...changed,
  ];
}

function diffGrants(before: readonly ComparedGrant[], after: readonly ComparedGrant[]): CatalogChange[] {
  const key = ({ client, audience }: ComparedGrant): string => JSON.stringify([client, audience]);
  const { added, removed } = compare(before, after, key);
  const had = new Map(before.map((grant) => [key(grant), grant]));
  const changed = after.flatMap((grant): CatalogChange[] => {
    const old = had.get(key(grant));
    if (old === undefined) return [];
    const [oldScopes, scopes] = [old.scopes, grant.scopes].map((list) => (list === 'all' ? ['*'] : list)) as [
      readonly string[],
      readonly string[],
    ];
    const difference = compare(oldScopes, scopes, (scope) => scope);
    if (difference.added.length + difference.removed.length === 0) return [];
    const { client, audience } = grant;
    return [{ kind: 'grant-scopes', client, audience, gained: difference.added, lost: difference.removed }];
  });
  return [
    ...added.map(({ client, audience }) => ({ kind: 'grant', change: 'added', client, audience }) as const),
    ...removed.map(
      ({ client, audience }) => ({ kind: 'grant', change: 'removed', client, audience }) as const,
    ),
    ...changed,
  ];
}
