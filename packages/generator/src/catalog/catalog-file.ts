import { assertNoProblems, type Problem } from '../errors.ts';
import { closest } from '../format/closest.ts';
import { asMap } from '../source-text/as-map.ts';
import { parseSource, type Source, type ValuePath } from '../source-text/source.ts';
import {
  type Catalog,
  type CatalogFile,
  type Permission,
  permissionKey,
  permissionNameProblem,
  type Role,
} from './catalog.ts';

const FORM = 'A permission is a text, or {"name": …, "audience": …, "description": …}.';

/**
 * Reads claimgen's own catalog format: `{"permissions": [text | {name, audience, description}], "roles": {name: [text | {name, audience}]}}`.
 * @throws InputError
 */
export function readCatalogFile({ file, text }: CatalogFile): Catalog {
  const source = parseSource(file, text);
  const problems: Problem[] = [];
  const root = asMap(source.value);
  if (root === undefined) {
    assertNoProblems([
      source.problem(
        'catalog_invalid',
        [],
        'a catalog is a map',
        'Write {"permissions": […], "roles": {…}}.',
      ),
    ]);
  }
  for (const key of Object.keys(root ?? {})) {
    if (key !== 'permissions' && key !== 'roles' && key !== '$schema') {
      problems.push(
        source.problem(
          'catalog_invalid',
          [],
          `the key ${JSON.stringify(key)} is unknown here`,
          'A catalog has "permissions" and "roles".',
          key,
        ),
      );
    }
  }
  const permissions = readPermissions(source, ['permissions'], root?.['permissions'], problems).map(
    ({ permission, path }) => {
      const problem = permissionNameProblem(permission.name);
      if (problem !== undefined)
        problems.push(source.problem('catalog_invalid', path, problem.message, problem.mend));
      return permission;
    },
  );
  const known = new Set(permissions.map(permissionKey));
  const roles: Role[] = [];
  const rawRoles = asMap(root?.['roles'] ?? {});
  if (rawRoles === undefined) {
    problems.push(
      source.problem(
        'catalog_invalid',
        ['roles'],
        '"roles" is not a map',
        'Write {"<role>": ["<permission>", …]}.',
      ),
    );
  }
  for (const [name, list] of Object.entries(rawRoles ?? {})) {
    const granted = readPermissions(source, ['roles', name], list, problems);
    for (const { permission, path } of granted) {
      if (!known.has(permissionKey(permission)))
        problems.push(unknownPermission(source, path, permission, permissions));
    }
    roles.push({ name, permissions: granted.map(({ permission }) => permission) });
  }
  assertNoProblems(problems);
  return { permissions: distinct(permissions), roles, apis: [], notes: [] };
}

interface ListedPermission {
  readonly permission: Permission;
  readonly path: ValuePath;
}

function readPermissions(
  source: Source,
  path: ValuePath,
  list: unknown,
  problems: Problem[],
): ListedPermission[] {
  if (!Array.isArray(list)) {
    problems.push(
      source.problem(
        'catalog_invalid',
        path,
        'there is no list of permissions here',
        'Write a list: ["orders:read", …].',
      ),
    );
    return [];
  }
  return list.flatMap((entry: unknown, index): ListedPermission[] => {
    const at = [...path, index];
    const permission = toPermission(entry);
    if (permission === undefined) {
      problems.push(source.problem('catalog_invalid', at, 'this is not a permission', FORM));
      return [];
    }
    if (permission.audience === '') {
      problems.push(
        source.problem(
          'catalog_invalid',
          [...at, 'audience'],
          "the permission's audience is empty",
          'Leave "audience" out for a permission of no API in particular.',
        ),
      );
      return [];
    }
    return [{ permission, path: at }];
  });
}

function toPermission(entry: unknown): Permission | undefined {
  if (typeof entry === 'string') return { name: entry };
  const map = asMap(entry);
  if (map === undefined) return undefined;
  const { name, audience, description, ...rest } = map;
  if (typeof name !== 'string' || Object.keys(rest).length > 0) return undefined;
  if (audience !== undefined && typeof audience !== 'string') return undefined;
  if (description !== undefined && typeof description !== 'string') return undefined;
  return {
    name,
    ...(audience === undefined ? {} : { audience }),
    ...(description === undefined ? {} : { description }),
  };
}

function unknownPermission(
  source: Source,
  path: ValuePath,
  permission: Permission,
  permissions: readonly Permission[],
): Problem {
  const of = permission.audience === undefined ? '' : ` of ${permission.audience}`;
  const near = closest(
    permission.name,
    permissions.filter((other) => other.audience === permission.audience).map((other) => other.name),
  );
  return source.problem(
    'catalog_invalid',
    path,
    `the permission ${JSON.stringify(permission.name)}${of} is not listed under "permissions"`,
    near === undefined
      ? 'List it there, too.'
      : `Did you mean ${JSON.stringify(near)}? If not, list it there, too.`,
  );
}

/** A catalog may name a permission twice; the first entry counts. */
function distinct(permissions: readonly Permission[]): Permission[] {
  const byKey = new Map<string, Permission>();
  for (const permission of permissions) {
    const key = permissionKey(permission);
    if (!byKey.has(key)) byKey.set(key, permission);
  }
  return [...byKey.values()];
}
