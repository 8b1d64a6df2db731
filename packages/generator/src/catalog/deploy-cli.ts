// A tenant as auth0-deploy-cli keeps it in files, in its two formats.
import { ProblemList } from '../source-text/problem-list.ts';
import { AbsentGrants } from './absent-grants.ts';
import type { Catalog, Role } from './catalog.ts';
import type { CatalogFile } from './catalog-format.ts';
import { readClientGrant } from './client-grant.ts';
import { Entry } from './entry.ts';
import { type ExportedApi, readApi } from './export-api.ts';
import { type ExportedRole, readRole } from './export-role.ts';
import { parseExport } from './export-text.ts';
import type { Keywords } from './keywords.ts';
import type { NeededApis } from './needed-apis.ts';
import { organizationRoleNotes } from './organization-roles.ts';

/** The files of an auth0-deploy-cli folder that claimgen reads. */
export interface DeployFolder {
  readonly apis: readonly CatalogFile[];
  readonly roles: readonly CatalogFile[];
  readonly grants: readonly CatalogFile[];
}

/**
 * Reads an auth0-deploy-cli folder: `resource-servers/*.json`, `roles/*.json` and `grants/*.json`.
 * @throws InputError
 */
export function readDeployFolder(
  { apis, roles, grants }: DeployFolder,
  keywords: Keywords,
  needed: NeededApis,
): Catalog {
  const problems = new ProblemList();
  const entry = (file: CatalogFile) => Entry.rootOf(parseExport(file, keywords), problems);
  // As there: a file without keys is passed over.
  const isFilled = ({ value }: Entry) => value === null || Object.keys(Object(value)).length > 0;
  const sections = {
    apis: apis.map(entry).filter(isFilled),
    roles: roles.map(entry),
    grants: grants.map(entry).filter(isFilled),
  };
  return toCatalog(sections, needed, problems);
}

/**
 * Reads auth0-deploy-cli's `tenant.yaml`: its `resourceServers`, `roles` and `clientGrants`.
 * @throws InputError
 */
export function readTenantYaml(file: CatalogFile, keywords: Keywords, needed: NeededApis): Catalog {
  const problems = new ProblemList();
  const root = Entry.rootOf(parseExport(file, keywords), problems);
  const isTenant = typeof root.value === 'object' && root.value !== null && !Array.isArray(root.value);
  if (!isTenant) {
    if (!root.refuseKeyword())
      root.refuse('a tenant.yaml must be an object', 'Export the tenant with a0deploy export --format yaml.');
    problems.assertNone();
  }
  const section = (key: string): readonly Entry[] => {
    const field = root.field(key);
    // A keyword at the left edge may stand for a whole section.
    if (field.isAbsent && root.refuseKeyword()) return [];
    return field.optionalArray('Export the tenant with a0deploy export --format yaml.');
  };
  const sections = {
    apis: section('resourceServers'),
    roles: section('roles'),
    grants: section('clientGrants'),
  };
  refuseExcluded(root, sections.apis, needed);
  const catalog = toCatalog(sections, needed, problems);
  const { value } = root.field('roles');
  return Array.isArray(value) && value.length === 0 ? { ...catalog, statesNoRoles: true } : catalog;
}

/** Names under `exclude` are of things that auth0-deploy-cli leaves as the tenant has them, and passes over in the file. */
function refuseExcluded(root: Entry, apis: readonly Entry[], needed: NeededApis): void {
  const excluded = root.field('exclude').field('resourceServers');
  if (!Array.isArray(excluded.value)) return;
  const names = new Set<unknown>(excluded.value);
  for (const api of apis) {
    const identifier = api.field('identifier').pattern;
    const name = api.field('name');
    if (!names.has(name.value) || identifier === undefined || !needed.has(identifier)) continue;
    name.refuse(
      `"exclude" names this API, so that auth0-deploy-cli leaves it as the tenant has it`,
      'Export the tenant with this API, or remove it from "exclude".',
    );
  }
}

interface Sections {
  readonly apis: readonly Entry[];
  readonly roles: readonly Entry[];
  readonly grants: readonly Entry[];
}

function toCatalog(sections: Sections, needed: NeededApis, problems: ProblemList): Catalog {
  const apis = sections.apis.map((entry) => readApi(entry, needed)).filter((api) => api !== undefined);
  refuseTwins(apis);
  const notes = new Set<string>();
  const absent = new AbsentGrants();
  const context = {
    needed,
    apis: new Map(
      apis.map(({ api, permissions, isComplete }) => [
        api.identifier,
        { names: new Set(permissions.map(({ name }) => name)), isComplete },
      ]),
    ),
    notes,
    absent,
  };
  const exported = sections.roles
    .map((entry) => readRole(entry, context))
    .filter((role) => role !== undefined);
  const roles = tenantRoles(exported);
  const organizationRoles = [
    ...new Set(exported.flatMap((role) => (role.type === 'organization' ? [role.name] : []))),
  ];
  for (const note of absent.notes()) notes.add(note);
  for (const note of organizationRoleNotes({ roles, organizationRoles })) notes.add(note);
  const clientGrants = sections.grants
    .map((entry) => readClientGrant(entry, needed, notes))
    .filter((grant) => grant !== undefined);
  problems.assertNone();
  return {
    permissions: apis.flatMap(({ permissions }) => permissions),
    roles,
    ...(organizationRoles.length === 0 ? {} : { organizationRoles }),
    apis: apis.map(({ api }) => api),
    notes: [...notes],
    ...(clientGrants.length === 0 ? {} : { clientGrants }),
  };
}

function refuseTwins(apis: readonly ExportedApi[]): void {
  const seen = new Set<string>();
  for (const { entry, api } of apis) {
    if (seen.has(api.identifier))
      entry.field('identifier').refuse('two APIs have this identifier', 'Remove one of them.');
    seen.add(api.identifier);
  }
}

function tenantRoles(exported: readonly ExportedRole[]): Role[] {
  const roles = new Map<string, Role>();
  for (const one of exported) {
    if (one.type !== 'tenant') continue;
    const { name } = one.role;
    if (roles.has(name)) {
      one.entry
        .field('name')
        .refuse(
          `two roles are named ${JSON.stringify(name)}`,
          'Rename one: logins know a role only by its name.',
        );
    }
    roles.set(name, one.role);
  }
  return [...roles.values()];
}
