/** What calls below `/organizations` change: of its members, its groups and its machines. Pure. */
import type { Change } from '../publish.ts';
import { ofAssignedRoles } from './assigned.ts';
import type { Call } from './call.ts';
import { ANYTHING, changed, out } from './changes-of.ts';
import { ofMetadata } from './login-fields.ts';
import { field, isFilled, list, text } from './read.ts';
import type { NameIndex } from './tenant-names.ts';

export function ofOrganizations({ method, path, id, body }: Call, index: NameIndex): readonly Change[] {
  if (id === undefined || id === '') return method === 'POST' ? [] : ANYTHING;
  const [, org, part, member, rest, further] = path;
  const here = { org: org ?? '' };
  if (part === undefined)
    return method === 'DELETE'
      ? out(here)
      : ofMetadata('organization', here, isFilled(body) ? body : undefined, index);
  if (part === 'members') {
    if (member === undefined) {
      if (method !== 'DELETE') return [];
      const users = list(field(body, 'members'), text);
      return users === undefined ? out(here) : users.flatMap((sub) => out({ sub, ...here }));
    }
    if (rest === 'roles')
      return ofAssignedRoles({ sub: member, ...here }, method, field(body, 'roles'), index);
    return changed({ sub: member, ...here }, 'both', undefined);
  }
  if (part === 'groups') {
    const group = { ...here, of: 'users' as const };
    const isRoles = rest === 'roles' && further === undefined;
    return isRoles
      ? ofAssignedRoles(group, method, field(body, 'roles'), index)
      : changed(group, 'both', undefined);
  }
  // Machines may no longer have tokens of the organization; the answer doesn't say which.
  if (part === 'client-grants' && method !== 'POST') return changed(here, 'lost', undefined);
  return [];
}
