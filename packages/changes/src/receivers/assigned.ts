/** What a call gives to somebody, or takes from them: roles, and permissions without a role. Pure. */
import type { Change } from '../publish.ts';
import { directionOf } from './call.ts';
import type { Whose } from './changes-of.ts';
import { changed } from './changes-of.ts';
import { field, list, text } from './read.ts';
import type { ApiPermission, NameIndex } from './tenant-names.ts';

/**
 * The names of roles are those of the Action's table. Where the Management API is asked at login they are what roles have
 * in the tenant now, which a catalog of yesterday doesn't know.
 */
export function ofAssignedRoles(
  whose: Whose,
  method: string,
  roles: unknown,
  index: NameIndex,
): readonly Change[] {
  const { sources } = index.names;
  if (!sources.roles && !sources.managementApi) return [];
  const ids = list(roles, text);
  const names = ids === undefined || sources.managementApi ? undefined : index.roles(ids);
  return changed(whose, directionOf(method), names);
}

/** The names of `permissions` in a body; undefined where it can't be read. */
export function ofBody(body: unknown, index: NameIndex): ReturnType<NameIndex['ofPermissions']> | undefined {
  const permissions = list(field(body, 'permissions'), (entry): ApiPermission | undefined => {
    const name = text(field(entry, 'permission_name'));
    const api = text(field(entry, 'resource_server_identifier'));
    return name === undefined || api === undefined ? undefined : { api, name };
  });
  return permissions === undefined ? undefined : index.ofPermissions(permissions);
}
