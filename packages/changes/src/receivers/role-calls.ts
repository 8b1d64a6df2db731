/** What calls below `/roles` and `/groups` change: of everybody who has the role, or is in the group. Pure. */
import type { Change } from '../publish.ts';
import { ofAssignedRoles, ofBody } from './assigned.ts';
import type { Call } from './call.ts';
import { directionOf } from './call.ts';
import { ANYTHING, changed } from './changes-of.ts';
import { field, isFilled, list, text } from './read.ts';
import type { NameIndex } from './tenant-names.ts';

export function ofRoles(call: Call, index: NameIndex): readonly Change[] {
  const { method, path, id, body } = call;
  const { sources } = index.names;
  if (!sources.roles && !sources.managementApi) return [];
  // A role that is new has nobody.
  if (id === undefined || id === '') return method === 'POST' ? [] : ANYTHING;
  const [, , part] = path;
  const everyone = { of: 'users' as const };
  const names = sources.managementApi ? undefined : index.role('id', id);
  if (part === undefined) {
    if (method === 'DELETE') return changed(everyone, 'lost', names);
    return ofRoleName(call, index);
  }
  if (part === 'users') {
    const users = list(field(body, 'users'), text);
    if (users === undefined) return changed(everyone, directionOf(method), names);
    return users.flatMap((sub) => changed({ sub }, directionOf(method), names));
  }
  if (part === 'permissions') {
    // Takes effect when the Action is deployed.
    if (!sources.managementApi) return [];
    return changed(everyone, directionOf(method), ofBody(body, index));
  }
  return changed(
    everyone,
    part === 'groups' ? directionOf(method) : 'both',
    part === 'groups' ? names : undefined,
  );
}

/** The table of an Action knows roles by their names. */
function ofRoleName({ id, body }: Call, index: NameIndex): readonly Change[] {
  if (!index.names.sources.roles) return [];
  const everyone = { of: 'users' as const };
  if (!isFilled(body)) return changed(everyone, 'both', undefined);
  if (!Object.hasOwn(body, 'name')) return [];
  const before = index.role('id', id ?? '');
  const name = text(body['name']);
  if (before === undefined || name === undefined) return changed(everyone, 'both', undefined);
  const after = index.role('name', name);
  return [
    ...changed(everyone, 'both', before),
    ...(after === undefined ? [] : changed(everyone, 'both', after)),
  ];
}

export function ofGroups({ method, path, id, body }: Call, index: NameIndex): readonly Change[] {
  if (id === undefined || id === '') return method === 'POST' ? [] : ANYTHING;
  const [, , part] = path;
  const everyone = { of: 'users' as const };
  if (part === 'roles') return ofAssignedRoles(everyone, method, field(body, 'roles'), index);
  if (part === 'members') {
    const users = list(field(body, 'members'), (entry) => text(entry) ?? text(field(entry, 'id')));
    return users === undefined
      ? changed(everyone, 'both', undefined)
      : users.flatMap((sub) => changed({ sub }, 'both', undefined));
  }
  if (part === undefined && method !== 'DELETE') return [];
  return changed(everyone, 'both', undefined);
}
