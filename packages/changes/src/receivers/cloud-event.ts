/** What an event of Auth0's event streams changes: https://auth0.com/docs/events. Pure. */
import type { Change } from '../publish.ts';
import type { Direction, Whose } from './changes-of.ts';
import { ANYTHING, changed, out } from './changes-of.ts';
import { dated } from './log-entry.ts';
import { ofMetadata, ofUserFields } from './login-fields.ts';
import { field, isObject, text } from './read.ts';
import type { NameIndex } from './tenant-names.ts';

/** Takes an event as a webhook gets it, or as the Events API has it below `event`. `now`: ms since 1970. */
export function changesOfEvent(value: unknown, index: NameIndex, now: number): Change[] {
  const event = isObject(value) && isObject(value['event']) ? value['event'] : value;
  const type = text(field(event, 'type'));
  const changes = type === undefined ? ANYTHING : ofType(type.replace(/^com\.auth0\./, ''), event, index);
  return dated(
    changes,
    field(event, 'time'),
    now,
    `${type ?? 'event without type'} ${text(field(event, 'id')) ?? ''}`.trim(),
  );
}

/** Events of these can't change what an existing token may hold. */
const HARMLESS: ReadonlySet<string> = new Set([
  'group.created',
  'group.updated',
  'organization.connection.added',
  'organization.connection.removed',
  'organization.connection.updated',
  'organization.created',
  'organization.member.added',
  'user.created',
]);

function ofType(type: string, event: unknown, index: NameIndex): readonly Change[] {
  if (HARMLESS.has(type)) return [];
  const object = field(event, 'data', 'object');
  const sub = text(field(object, 'user_id'));
  if (type === 'user.deleted') return sub === undefined ? ANYTHING : out({ sub });
  if (type === 'user.updated')
    return sub === undefined ? ANYTHING : ofUserFields({ sub }, object, index, true);
  const org = text(field(object, 'organization', 'id')) ?? text(field(object, 'id'));
  if (type === 'organization.deleted') return org === undefined ? ANYTHING : out({ org });
  // It has the organization as it is now, without what was taken out of it.
  if (type === 'organization.updated')
    return ofMetadata('organization', org === undefined ? {} : { org }, undefined, index);
  if (type.startsWith('organization.member.')) return ofMember(type, object, index);
  if (type.startsWith('organization.group.role.')) {
    const id = text(field(object, 'organization', 'id'));
    return ofRole({ ...(id !== undefined && { org: id }), of: 'users' }, type, object, index);
  }
  if (type.startsWith('group.member.')) return ofGroupMember(object);
  if (type.startsWith('group.role.')) return ofRole({ of: 'users' }, type, object, index);
  if (type === 'group.deleted') return changed({ of: 'users' }, 'both', undefined);
  // Of the resources that decide about permissions, a kind of event that did not exist when this was written.
  return /^(user|group|organization|role|permission)\./.test(type) ? ANYTHING : [];
}

function ofMember(type: string, object: unknown, index: NameIndex): readonly Change[] {
  const org = text(field(object, 'organization', 'id'));
  const sub = text(field(object, 'user', 'user_id'));
  if (org === undefined && sub === undefined) return ANYTHING;
  const member: Whose = { ...(sub !== undefined && { sub }), ...(org !== undefined && { org }) };
  if (type === 'organization.member.deleted') return out(member);
  if (type.startsWith('organization.member.role.')) return ofRole(member, type, object, index);
  return changed(member, 'both', undefined);
}

function ofRole(whose: Whose, type: string, object: unknown, index: NameIndex): readonly Change[] {
  const { sources } = index.names;
  if (!sources.roles && !sources.managementApi) return [];
  const direction: Direction = type.endsWith('.assigned')
    ? 'gained'
    : type.endsWith('.deleted')
      ? 'lost'
      : 'both';
  if (sources.managementApi) return changed(whose, direction, undefined);
  const id = text(field(object, 'role', 'id'));
  const name = text(field(object, 'role', 'name'));
  // By its id where the catalog has it: the name is the one that it had then.
  const names =
    (id === undefined ? undefined : index.role('id', id)) ??
    (name === undefined ? undefined : index.role('name', name));
  return changed(whose, direction, names);
}

/** Roles of any kind that the group has: what they are is not in the event. */
function ofGroupMember(object: unknown): readonly Change[] {
  const sub =
    field(object, 'member', 'member_type') === 'user' ? text(field(object, 'member', 'id')) : undefined;
  const org = text(field(object, 'group', 'organization_id'));
  if (sub !== undefined) return changed({ sub }, 'both', undefined);
  return changed({ ...(org !== undefined && { org }), of: 'users' }, 'both', undefined);
}
