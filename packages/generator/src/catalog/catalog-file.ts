// claimgen's own catalog format, for those who keep permissions elsewhere than in an export.
import { closest } from '../format/closest.ts';
import { asMap } from '../source-text/as-map.ts';
import { ProblemList } from '../source-text/problem-list.ts';
import { parseSourceText, type SourceText, type ValuePath } from '../source-text/source-text.ts';
import {
  type Catalog,
  edgeSpaceProblem,
  type Permission,
  permissionKey,
  permissionNameProblem,
  type Role,
} from './catalog.ts';
import { readCatalogApis, readCatalogGrants } from './catalog-file-tenant.ts';
import type { CatalogFile } from './catalog-format.ts';
import { NeededApis } from './needed-apis.ts';

const FORM = 'A permission is a string, or {"name": …, "audience": …, "description": …}.';

/** Problems of which anybody reads a suggestion; finding one takes time by the size of the catalog. */
const MAX_SUGGESTIONS = 20;

/**
 * Reads claimgen's own catalog format: `{"permissions": [string | {name, audience, description}], "roles": {name: [string | {name, audience}]}}`,
 * with `apis` and `clientGrants` where `claimgen pull` wrote it.
 * @throws InputError
 */
export function readCatalogFile({ file, text }: CatalogFile, needed: NeededApis = new NeededApis()): Catalog {
  const reader = new CatalogFileReader(parseSourceText(file, text));
  return reader.read(needed);
}

const KEYS = ['permissions', 'roles', 'apis', 'clientGrants', '$schema'];

interface ListedPermission {
  readonly permission: Permission;
  readonly path: ValuePath;
}

class CatalogFileReader {
  readonly #source: SourceText;
  readonly #problems = new ProblemList();
  /** By permissionKey: a catalog may name a permission twice, and the first entry counts. */
  readonly #known = new Map<string, Permission>();
  /** By audience, for suggestions. */
  readonly #names = new Map<string | undefined, string[]>();
  #suggestions = 0;

  constructor(source: SourceText) {
    this.#source = source;
  }

  read(needed: NeededApis): Catalog {
    const root = asMap(this.#source.value);
    if (root === undefined) {
      this.#refuse([], 'a catalog must be an object', 'Write {"permissions": […], "roles": {…}}.');
      this.#problems.assertNone();
    }
    for (const key of Object.keys(root ?? {})) {
      if (!KEYS.includes(key))
        this.#refuse(
          [],
          `the key ${JSON.stringify(key)} is unknown here`,
          'A catalog has "permissions" and "roles", and may have "apis" and "clientGrants"; claimgen pull writes one.',
          key,
        );
    }
    for (const { permission, path } of this.#permissions(['permissions'], root?.['permissions'])) {
      const problem = permissionNameProblem(permission.name);
      if (problem !== undefined) this.#refuse(path, problem.message, problem.fix);
      this.#remember(permission);
    }
    const roles = this.#roles(root?.['roles'] ?? {}, root?.['apis'] !== undefined);
    const refuse = this.#refuse.bind(this);
    const apis = readCatalogApis(root?.['apis'], needed, refuse);
    const clientGrants = readCatalogGrants(root?.['clientGrants'], needed, refuse);
    this.#problems.assertNone();
    return {
      permissions: [...this.#known.values()],
      roles,
      apis,
      notes: [],
      ...(clientGrants.length === 0 ? {} : { clientGrants }),
    };
  }

  #remember(permission: Permission): void {
    const key = permissionKey(permission);
    if (this.#known.has(key)) return;
    this.#known.set(key, permission);
    const names = this.#names.get(permission.audience);
    if (names === undefined) this.#names.set(permission.audience, [permission.name]);
    else names.push(permission.name);
  }

  #roles(value: unknown, isPulled: boolean): Role[] {
    const roles = asMap(value);
    if (roles === undefined)
      this.#refuse(['roles'], '"roles" must be an object', 'Write {"<role>": ["<permission>", …]}.');
    return Object.entries(roles ?? {}).map(([name, list]) => {
      if (name === '')
        this.#refuse(['roles'], 'a role has an empty name', 'Write the name of the role.', name);
      // What claimgen pull wrote is as the tenant has it.
      if (!isPulled) this.#refuseEdgeSpace(['roles'], name, name);
      const granted = this.#permissions(['roles', name], list);
      for (const { permission, path } of granted) {
        if (!this.#known.has(permissionKey(permission))) this.#refuseUnknown(path, permission);
      }
      return { name, permissions: granted.map(({ permission }) => permission) };
    });
  }

  #permissions(path: ValuePath, list: unknown): ListedPermission[] {
    if (!Array.isArray(list)) {
      this.#refuse(path, 'there is no array of permissions here', 'Write an array: ["orders:read", …].');
      return [];
    }
    return list.flatMap((entry: unknown, index): ListedPermission[] => {
      const at = [...path, index];
      const permission = toPermission(entry);
      if (permission === undefined) {
        this.#refuse(at, 'this is not a permission', FORM);
        return [];
      }
      if (permission.audience === '') {
        this.#refuse(
          [...at, 'audience'],
          "the permission's audience is empty",
          'Leave "audience" out for a permission of no API in particular.',
        );
        return [];
      }
      if (permission.audience !== undefined) this.#refuseEdgeSpace([...at, 'audience'], permission.audience);
      return [{ permission, path: at }];
    });
  }

  /** Nothing is known by such a name at a login, and nothing would be said of it. */
  #refuseEdgeSpace(path: ValuePath, text: string, key?: string): void {
    const problem = edgeSpaceProblem(text);
    if (problem !== undefined) this.#refuse(path, problem.message, problem.fix, key);
  }

  #refuseUnknown(path: ValuePath, { name, audience }: Permission): void {
    const of = audience === undefined ? '' : ` of ${audience}`;
    this.#problems.add(() => {
      this.#suggestions += 1;
      const near =
        this.#suggestions > MAX_SUGGESTIONS ? undefined : closest(name, this.#names.get(audience) ?? []);
      return this.#source.problem(
        'catalog_invalid',
        path,
        `the permission ${JSON.stringify(name)}${of} is not listed under "permissions"`,
        near === undefined
          ? 'List it there, too.'
          : `Did you mean ${JSON.stringify(near)}? If not, list it there, too.`,
      );
    });
  }

  #refuse(path: ValuePath, message: string, fix: string, key?: string): void {
    this.#problems.add(() => this.#source.problem('catalog_invalid', path, message, fix, key));
  }
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
