import type { Permission } from '../catalog/catalog.ts';
import { InputError } from '../errors.ts';
import { docsPage } from '../format/docs-page.ts';
import type { PopulationUser } from '../sizing/population-user.ts';
import { asMap } from '../source-text/as-map.ts';
import { isTooDeep, MAX_DEPTH } from '../source-text/faults.ts';

const FORM =
  'A line is {"user_id": "auth0|…", "roles": ["Clerk"], "permissions": ["orders:read"], "app_metadata": {…}}; all but the id may be missing.';

/**
 * Reads one line of NDJSON: Auth0's users export, or what a script wrote about users and their roles.
 * @param file as messages name it
 * @param line its number, from 1
 * @throws InputError, with neither ids nor other text of the line in it
 */
export function parseUser(text: string, file: string, line: number): PopulationUser {
  const problem = (message: string, fix = FORM) =>
    new InputError([{ code: 'users_invalid', file, line, column: 1, message, fix }]);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw problem('the line is not JSON');
  }
  if (isTooDeep(parsed)) throw problem(`the line has values nested more than ${MAX_DEPTH} levels deep`);
  const fields = asMap(parsed);
  // "Id" is the column's title in Auth0's own template for exports.
  const id = fields?.['user_id'] ?? fields?.['id'] ?? fields?.['Id'];
  if (fields === undefined || typeof id !== 'string' || id === '') throw problem('the line has no user id');
  const roles = listOf(fields['roles'], roleName);
  if (roles === undefined) throw problem('"roles" is not an array of role names');
  if (hasOtherRoles(fields['roles']))
    throw problem(
      'a role in "roles" has a "type" that is not "tenant"',
      `Leave such roles out: the Action counts the tenant's only, and a name does not tell whose a role is (${docsPage('guide/sources.md')}, Organizations).`,
    );
  const direct = listOf(fields['permissions'], directPermission);
  if (direct === undefined) throw problem('"permissions" is not an array of permissions');
  return { id, roles, direct, fields };
}

function listOf<T>(value: unknown, read: (entry: unknown) => T | undefined): T[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const list: T[] = [];
  for (const entry of value as unknown[]) {
    const item = read(entry);
    if (item === undefined) return undefined;
    list.push(item);
  }
  return list;
}

/** A name, or a role as the Management API answers it. */
function roleName(entry: unknown): string | undefined {
  const name = typeof entry === 'string' ? entry : asMap(entry)?.['name'];
  return typeof name === 'string' ? name : undefined;
}

/** Whether a role, as the Management API answers it, is an organization's, or of a kind that claimgen doesn't know. */
function hasOtherRoles(roles: unknown): boolean {
  if (!Array.isArray(roles)) return false;
  return roles.some((role) => {
    const { type = 'tenant' } = asMap(role) ?? {};
    return type !== 'tenant';
  });
}

/** A name, a permission as a catalog writes it, or as the Management API answers it. */
function directPermission(entry: unknown): string | Permission | undefined {
  if (typeof entry === 'string') return entry;
  const map = asMap(entry);
  const name = map?.['permission_name'] ?? map?.['name'];
  const audience = map?.['resource_server_identifier'] ?? map?.['audience'];
  if (typeof name !== 'string') return undefined;
  return typeof audience === 'string' ? { name, audience } : { name };
}
