// An export of the Authorization Extension, which came before Auth0's own roles
// (https://auth0.com/docs/customize/extensions/authorization-extension/import-and-export-authorization-extension-data).
import { MAX_SCOPE_LENGTH } from '#auth0/limits';
import { TenantError } from '../errors.ts';
import { compareStrings, type RoleExport, type Scope, type TenantExport } from '../pull/tenant-export.ts';

/** How what belongs to applications there becomes permissions of an API here. */
export interface ImportOptions {
  /** The API's identifier for an application's permissions, by its client id; undefined leaves them out, with a note. */
  readonly audienceOf: (applicationId: string) => string | undefined;
  /** Other names for permissions that Auth0's APIs can't have, by the name in the export. */
  readonly rename?: Readonly<Record<string, string>>;
}

/** The catalog's value, and who holds which roles: directly and through groups, nested ones, too. */
export interface ImportedExport {
  readonly tenant: TenantExport;
  readonly users: ReadonlyMap<string, readonly string[]>;
}

interface ExtensionPermission {
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly applicationId: string;
}

interface ExtensionRole {
  readonly id: string;
  readonly name: string;
  readonly permissions: readonly string[];
  readonly users: readonly string[];
}

interface ExtensionGroup {
  readonly id: string;
  readonly roles: readonly string[];
  readonly members: readonly string[];
  /** Groups whose members are members of this one, too. */
  readonly nested: readonly string[];
}

/**
 * Reads an export.
 * @param text its JSON
 * @param file as messages name it
 * @throws TenantError `export_invalid`, with every permission that needs another name
 * @example
 * importAuthorizationExtension(text, 'export.json', { audienceOf: () => 'https://orders.acme.example/' });
 */
export function importAuthorizationExtension(
  text: string,
  file: string,
  options: ImportOptions,
): ImportedExport {
  const root = parse(text, file);
  const permissions = entries(root, 'permissions', file).map((entry, index) => ({
    id: string(entry, '_id', `${file}: permissions[${index}]`),
    name: string(entry, 'name', `${file}: permissions[${index}]`),
    description: typeof entry['description'] === 'string' ? entry['description'] : undefined,
    applicationId: string(entry, 'applicationId', `${file}: permissions[${index}]`),
  }));
  const roles = entries(root, 'roles', file).map((entry, index) => ({
    id: string(entry, '_id', `${file}: roles[${index}]`),
    name: string(entry, 'name', `${file}: roles[${index}]`),
    permissions: strings(entry, 'permissions', `${file}: roles[${index}]`),
    users: strings(entry, 'users', `${file}: roles[${index}]`),
  }));
  const groups = entries(root, 'groups', file).map((entry, index) => ({
    id: string(entry, '_id', `${file}: groups[${index}]`),
    roles: strings(entry, 'roles', `${file}: groups[${index}]`),
    members: strings(entry, 'members', `${file}: groups[${index}]`),
    nested: strings(entry, 'nested', `${file}: groups[${index}]`),
  }));
  const nameOf = renamed(permissions, file, options);
  assertDistinct(roles, file);
  return {
    tenant: toTenant(permissions, roles, nameOf, file, options),
    users: rolesByUser(roles, groups, file),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function invalid(
  message: string,
  fix = 'Export it again: Authorization Extension > Configuration > Import/Export.',
): TenantError {
  return new TenantError('export_invalid', message, fix);
}

function parse(text: string, file: string): Fields {
  try {
    const root: unknown = JSON.parse(text.replace(/^\uFEFF/u, ''));
    if (typeof root === 'object' && root !== null && ('permissions' in root || 'roles' in root))
      return root as Fields;
  } catch {
    // Told below.
  }
  throw invalid(`${file}: this is not an export of the Authorization Extension`);
}

function entries(root: Fields, key: string, file: string): Fields[] {
  const value = root[key] ?? [];
  if (!Array.isArray(value)) throw invalid(`${file}: ${key} must be an array`);
  return value.map((entry: unknown): Fields => Object(entry));
}

function string(entry: Fields, key: string, where: string): string {
  const value = entry[key];
  if (typeof value !== 'string' || value === '') throw invalid(`${where}: ${key} must be a string`);
  return value;
}

function strings(entry: Fields, key: string, where: string): readonly string[] {
  const value = entry[key] ?? [];
  if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string')) return value;
  throw invalid(`${where}: ${key} must be an array of strings`);
}

/** What an API's permission may be called. */
function isName(name: string): boolean {
  return name.length >= 1 && name.length <= MAX_SCOPE_LENGTH && !/\s/u.test(name);
}

/** Names of permissions by their ids. */
function renamed(
  permissions: readonly ExtensionPermission[],
  file: string,
  { rename = {} }: ImportOptions,
): Map<string, string> {
  const names = permissions.map(
    ({ id, name }) => [id, Object.hasOwn(rename, name) ? (rename[name] ?? '') : name] as const,
  );
  const wrong = [...new Set(names.map(([, name]) => name).filter((name) => !isName(name)))];
  if (wrong.length === 0) return new Map(names);
  const suggestions = wrong.map(
    (name) =>
      `${JSON.stringify(name)}: ${JSON.stringify(name.trim().toLowerCase().replace(/\s+/gu, '-').slice(0, MAX_SCOPE_LENGTH))}`,
  );
  throw invalid(
    `${file}: permissions of Auth0's APIs have 1 to ${MAX_SCOPE_LENGTH} characters without whitespace; ${wrong.length} of these have not: ${wrong.map((name) => JSON.stringify(name)).join(', ')}`,
    `Give them other names, such as {${suggestions.join(', ')}}.`,
  );
}

/** Logins know a role by its name, across applications. */
function assertDistinct(roles: readonly ExtensionRole[], file: string): void {
  const twice = roles.map(({ name }) => name).filter((name, index, names) => names.indexOf(name) !== index);
  if (twice.length === 0) return;
  throw invalid(
    `${file}: two roles are named ${JSON.stringify(twice[0])}`,
    'Rename one of them: logins know a role by its name alone.',
  );
}

function toTenant(
  permissions: readonly ExtensionPermission[],
  roles: readonly ExtensionRole[],
  nameOf: ReadonlyMap<string, string>,
  file: string,
  { audienceOf }: ImportOptions,
): TenantExport {
  const scopes = new Map<string, Map<string, Scope>>();
  const audiences = new Map<string, string | undefined>();
  for (const { id, applicationId, description } of permissions) {
    const audience = audienceOf(applicationId);
    audiences.set(id, audience);
    if (audience === undefined) continue;
    const ofApi = scopes.get(audience) ?? new Map<string, Scope>();
    const value = nameOf.get(id) ?? '';
    ofApi.set(value, description === undefined || description === '' ? { value } : { value, description });
    scopes.set(audience, ofApi);
  }
  const left = [...audiences.values()].filter((audience) => audience === undefined).length;
  const exported = roles.map((role): RoleExport => {
    const held = role.permissions.flatMap((id) => {
      const name = nameOf.get(id);
      if (name === undefined)
        throw invalid(
          `${file}: the role ${JSON.stringify(role.name)} has a permission that is not in the export`,
        );
      const audience = audiences.get(id);
      return audience === undefined ? [] : [{ permission_name: name, resource_server_identifier: audience }];
    });
    return { name: role.name, permissions: held };
  });
  const apis = [...scopes].map(([identifier, ofApi]) => ({
    identifier,
    name: identifier,
    scopes: [...ofApi.values()],
  }));
  return {
    apis: apis.sort((a, b) => compareStrings(a.identifier, b.identifier)),
    roles: exported.sort((a, b) => compareStrings(a.name, b.name)),
    clientGrants: [],
    notes: left === 0 ? [] : [`${left} permissions are left out: their applications have no API.`],
  };
}

/** Roles by user: a member of a nested group is a member of the group around it, too. */
function rolesByUser(
  roles: readonly ExtensionRole[],
  groups: readonly ExtensionGroup[],
  file: string,
): Map<string, string[]> {
  const names = new Map(roles.map(({ id, name }) => [id, name]));
  const byId = new Map(groups.map((group) => [group.id, group]));
  const held = new Map<string, Set<string>>();
  const give = (user: string, role: string): void => {
    held.set(user, (held.get(user) ?? new Set()).add(role));
  };
  for (const { name, users } of roles) for (const user of users) give(user, name);
  for (const group of groups) {
    const members = membersOf(group, byId, new Set());
    for (const id of group.roles) {
      const name = names.get(id);
      if (name === undefined) throw invalid(`${file}: a group has a role that is not in the export`);
      for (const user of members) give(user, name);
    }
  }
  return new Map(
    [...held]
      .sort(([a], [b]) => compareStrings(a, b))
      .map(([user, ofUser]) => [user, [...ofUser].sort(compareStrings)]),
  );
}

function membersOf(
  group: ExtensionGroup,
  byId: ReadonlyMap<string, ExtensionGroup>,
  seen: Set<string>,
): Set<string> {
  const members = new Set(group.members);
  seen.add(group.id);
  for (const id of group.nested) {
    const nested = byId.get(id);
    if (nested === undefined || seen.has(id)) continue;
    for (const user of membersOf(nested, byId, seen)) members.add(user);
  }
  return members;
}
