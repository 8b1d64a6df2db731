import { assertNoProblems, type Problem } from '../errors.ts';
import { asMap } from '../source-text/as-map.ts';
import { parseSource, type Source, type ValuePath } from '../source-text/source.ts';
import {
  type Api,
  type Catalog,
  type CatalogFile,
  type Permission,
  permissionNameProblem,
  type Role,
} from './catalog.ts';
import { type ClientGrant, readClientGrant } from './client-grant.ts';
import { replaceKeywords, unresolvedKeyword } from './keywords.ts';

type Keywords = Readonly<Record<string, unknown>>;

/** An object of the tenant and where it stands. */
interface Entry {
  readonly source: Source;
  readonly path: ValuePath;
  readonly value: unknown;
}

/**
 * Reads an auth0-deploy-cli folder: `resource-servers/*.json`, `roles/*.json` and `grants/*.json`.
 * @throws InputError
 */
export function readDeployFolder(
  apis: readonly CatalogFile[],
  roles: readonly CatalogFile[],
  grants: readonly CatalogFile[],
  keywords: Keywords,
): Catalog {
  const entry = (file: CatalogFile): Entry => {
    const source = parseSource(file.file, replaceKeywords(file.text, keywords));
    return { source, path: [], value: source.value };
  };
  return toCatalog(apis.map(entry), roles.map(entry), grants.map(entry));
}

/**
 * Reads auth0-deploy-cli's `tenant.yaml`: its `resourceServers`, `roles` and `clientGrants`.
 * @throws InputError
 */
export function readTenantYaml({ file, text }: CatalogFile, keywords: Keywords): Catalog {
  const source = parseSource(file, replaceKeywords(text, keywords));
  const root = asMap(source.value);
  const entries = (key: string): Entry[] => {
    const list = root?.[key] ?? [];
    if (root === undefined || !Array.isArray(list)) {
      assertNoProblems([
        source.problem(
          'catalog_invalid',
          root === undefined ? [] : [key],
          `there is no list of ${key} here`,
          'Export the tenant with a0deploy export --format yaml.',
        ),
      ]);
    }
    return (list as unknown[]).map((value, index) => ({ source, path: [key, index], value }));
  };
  return toCatalog(entries('resourceServers'), entries('roles'), entries('clientGrants'));
}

function toCatalog(
  apiEntries: readonly Entry[],
  roleEntries: readonly Entry[],
  grantEntries: readonly Entry[],
): Catalog {
  const problems: Problem[] = [];
  const read = apiEntries.map((entry) => readApi(entry, problems));
  const apis = read.map(({ api }) => api);
  const permissions = read.flatMap((api) => api.permissions);
  const known = new Map(
    read.map(({ api, permissions: own }) => [api.identifier, new Set(own.map(({ name }) => name))]),
  );
  apiEntries.forEach((entry, index) => {
    const identifier = apis[index]?.identifier ?? '';
    if (identifier !== '' && apis.findIndex((other) => other.identifier === identifier) < index)
      problems.push(at(entry, ['identifier'], 'two APIs have this identifier', 'Remove one of them.'));
  });
  const notes = new Set<string>();
  const roles = roleEntries.map((entry) => readRole(entry, known, problems, notes));
  roles.forEach((role, index) => {
    const entry = roleEntries[index];
    if (
      entry !== undefined &&
      role.name !== '' &&
      roles.findIndex(({ name }) => name === role.name) < index
    ) {
      problems.push(
        at(
          entry,
          ['name'],
          `two roles are named ${JSON.stringify(role.name)}`,
          'Rename one: logins know a role by its name alone.',
        ),
      );
    }
  });
  const clientGrants = grantEntries.flatMap((entry) => readGrant(entry, problems));
  assertNoProblems(problems);
  return {
    permissions,
    roles,
    apis,
    notes: [...notes],
    ...(clientGrants.length === 0 ? {} : { clientGrants }),
  };
}

function readGrant(entry: Entry, problems: Problem[]): ClientGrant[] {
  const grant = readClientGrant(entry.value);
  if (grant === undefined) {
    problems.push(
      at(
        entry,
        [],
        'this is not a client grant',
        'Write {"client_id": …, "audience": …, "scope": […]}, or export the tenant again.',
      ),
    );
  }
  return grant === undefined || grant === 'other' ? [] : [grant];
}

function at({ source, path }: Entry, below: ValuePath, message: string, mend: string): Problem {
  return source.problem('catalog_invalid', [...path, ...below], message, mend);
}

function readApi(
  entry: Entry,
  problems: Problem[],
): { readonly api: Api; readonly permissions: readonly Permission[] } {
  const map = asMap(entry.value);
  const identifier = text(entry, map, 'identifier', problems);
  const scopes = map?.['scopes'] ?? [];
  if (!Array.isArray(scopes))
    problems.push(
      at(entry, ['scopes'], '"scopes" is not a list', 'Write [{"value": "orders:read", "description": …}].'),
    );
  const permissions = (Array.isArray(scopes) ? (scopes as unknown[]) : []).map((scope, index): Permission => {
    const map = asMap(scope);
    const name = text({ ...entry, path: [...entry.path, 'scopes', index] }, map, 'value', problems);
    const description = map?.['description'];
    const problem = name === '' ? undefined : permissionNameProblem(name);
    if (problem !== undefined)
      problems.push(at(entry, ['scopes', index, 'value'], problem.message, problem.mend));
    return { name, audience: identifier, ...(typeof description === 'string' ? { description } : {}) };
  });
  const { name, enforce_policies: enforcePolicies, token_dialect: tokenDialect } = map ?? {};
  return {
    api: {
      identifier,
      ...(typeof name === 'string' ? { name } : {}),
      ...(typeof enforcePolicies === 'boolean' ? { enforcePolicies } : {}),
      ...(typeof tokenDialect === 'string' ? { tokenDialect } : {}),
    },
    permissions,
  };
}

function readRole(
  entry: Entry,
  known: ReadonlyMap<string, ReadonlySet<string>>,
  problems: Problem[],
  notes: Set<string>,
): Role {
  const map = asMap(entry.value);
  const name = text(entry, map, 'name', problems);
  const list = map?.['permissions'] ?? [];
  if (!Array.isArray(list))
    problems.push(
      at(
        entry,
        ['permissions'],
        '"permissions" is not a list',
        'Write [{"permission_name": …, "resource_server_identifier": …}].',
      ),
    );
  const permissions: Permission[] = [];
  (Array.isArray(list) ? (list as unknown[]) : []).forEach((granted, index) => {
    const map = asMap(granted);
    const here = { ...entry, path: [...entry.path, 'permissions', index] };
    const permission = text(here, map, 'permission_name', problems);
    const audience = text(here, map, 'resource_server_identifier', problems);
    if (permission === '' || audience === '') return;
    if (!known.has(audience)) {
      // Exports leave out Auth0's own APIs, and roles may grant their permissions all the same.
      notes.add(`Roles grant permissions of ${audience}, an API that the export does not hold.`);
    } else if (known.get(audience)?.has(permission) === true) {
      permissions.push({ name: permission, audience });
    } else {
      notes.add(
        `The role ${JSON.stringify(name)} grants ${JSON.stringify(permission)}, which ${audience} does not have.`,
      );
    }
  });
  return { name, permissions };
}

function text(
  entry: Entry,
  map: Record<string, unknown> | undefined,
  key: string,
  problems: Problem[],
): string {
  const value = map?.[key];
  if (typeof value !== 'string' || value === '') {
    problems.push(
      at(entry, [], `there is no ${JSON.stringify(key)} here`, `Add "${key}", or export the tenant again.`),
    );
    return '';
  }
  const keyword = unresolvedKeyword(value);
  if (keyword !== undefined) {
    problems.push(
      at(
        entry,
        [key],
        `nothing replaces the keyword ${keyword}`,
        `Add it to "keywords" in the config: keywords: {${keyword.slice(2, -2)}: …}.`,
      ),
    );
    return '';
  }
  return value;
}
