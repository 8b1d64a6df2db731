// What changed between a catalog.json that a pull wrote and the tenant, an API and a role at a time: all of it does not fit into memory.
import { type CatalogChange, comparedCatalog, diffCatalogs } from './catalog-diff.ts';
import { catalogParts, OtherForm } from './catalog-file-parts.ts';
import { type ApiExport, isOfMachines, type RoleExport, type TenantExport } from './tenant-export.ts';

/** In the order in which changes are told. */
const KINDS: readonly CatalogChange['kind'][] = [
  'api',
  'api-setting',
  'permission',
  'role',
  'role-permissions',
  'grant',
  'grant-scopes',
];

/**
 * Every difference, as {@link diffCatalogs} finds them.
 * @param lines of the file, without their line breaks
 * @returns undefined for a file of another form than a pull writes, which has to be read as a whole
 */
export function diffCatalogFile(lines: Iterable<string>, found: TenantExport): CatalogChange[] | undefined {
  try {
    const changes = [...changesIn(lines, found)];
    return KINDS.flatMap((kind) => changes.filter((change) => change.kind === kind));
  } catch (error) {
    if (error instanceof OtherForm) return undefined;
    throw error;
  }
}

const NOTHING = { permissions: [], roles: [], apis: [] } as const;

function* changesIn(lines: Iterable<string>, found: TenantExport): Generator<CatalogChange> {
  const apis = new Map<string | undefined, ApiExport>(found.apis.map((api) => [api.identifier, api]));
  const roles = new Map(found.roles.map((role) => [role.name, role]));
  const seen = new Set<string>();
  /** What is listed in two places is not as a pull writes it. */
  const once = (key: string): void => {
    if (seen.has(key)) throw new OtherForm();
    seen.add(key);
  };
  for (const part of catalogParts(lines)) {
    if (part.kind === 'permissions') {
      const audience = part.permissions[0]?.audience;
      once(`permissions ${JSON.stringify([audience])}`);
      yield* diffCatalogs(
        { ...NOTHING, permissions: part.permissions },
        { ...NOTHING, permissions: permissionsOf(apis.get(audience)) },
      );
      apis.delete(audience);
    } else if (part.kind === 'role') {
      once(`role ${part.name}`);
      const { name, permissions } = part;
      yield* diffCatalogs(
        { ...NOTHING, roles: [{ name, permissions }] },
        { ...NOTHING, roles: rolesOf(roles.get(name)) },
      );
      roles.delete(name);
    } else if (part.kind === 'apis') {
      const now = found.apis.map((api): ApiExport => ({ ...api, scopes: [] }));
      yield* diffCatalogs({ ...NOTHING, apis: part.apis }, partOf({ apis: now }));
    } else {
      const now = found.clientGrants.filter(isOfMachines);
      yield* diffCatalogs({ ...NOTHING, clientGrants: part.clientGrants }, partOf({ clientGrants: now }));
    }
  }
  for (const api of apis.values())
    yield* diffCatalogs(NOTHING, { ...NOTHING, permissions: permissionsOf(api) });
  for (const role of roles.values()) yield* diffCatalogs(NOTHING, { ...NOTHING, roles: rolesOf(role) });
}

function partOf(part: Partial<TenantExport>): ReturnType<typeof comparedCatalog> {
  return comparedCatalog({ apis: [], roles: [], clientGrants: [], notes: [], ...part });
}

function permissionsOf(api: ApiExport | undefined): ReturnType<typeof comparedCatalog>['permissions'] {
  return api === undefined ? [] : partOf({ apis: [api] }).permissions;
}

function rolesOf(role: RoleExport | undefined): ReturnType<typeof comparedCatalog>['roles'] {
  return role === undefined ? [] : partOf({ roles: [role] }).roles;
}
