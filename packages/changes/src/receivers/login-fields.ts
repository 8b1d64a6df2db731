/** What Actions read at login of a user, an organization or a client: whose changes are changes of permissions. Pure. */
import type { Change } from '../publish.ts';
import type { Whose } from './changes-of.ts';
import { changed, out } from './changes-of.ts';
import { isFilled } from './read.ts';
import type { NameIndex } from './tenant-names.ts';

/**
 * A PATCH of a user, or an event that has the user.
 * @param isWhole whether it has the user as it is now: without what was taken out of it
 */
export function ofUserFields(
  user: Whose,
  fields: unknown,
  index: NameIndex,
  isWhole = false,
): readonly Change[] {
  if (!isFilled(fields)) return [...out(user), ...changed(user, 'both', undefined)];
  const blocked = fields['blocked'];
  const refused = blocked === undefined || blocked === false ? [] : out(user);
  const isRead = readFields(index, 'user').some((name) => isWhole || Object.hasOwn(fields, name));
  return isRead ? [...refused, ...changed(user, 'both', undefined)] : refused;
}

/** A PATCH of an organization or a client, whose metadata the Actions may read; `fields` undefined: nobody knows which of them. */
export function ofMetadata(
  root: 'organization' | 'client',
  whose: Whose,
  fields: Readonly<Record<string, unknown>> | undefined,
  index: NameIndex,
): readonly Change[] {
  const prefix = root === 'client' ? 'client_' : '';
  const isRead = readFields(index, root).some(
    (name) => fields === undefined || Object.hasOwn(fields, `${prefix}${name}`),
  );
  return isRead ? changed({ ...whose, of: 'users' }, 'both', undefined) : [];
}

/** The fields that the Actions read of a user, an organization or a client at login. */
function readFields({ names }: NameIndex, root: 'user' | 'organization' | 'client'): string[] {
  return names.sources.event.flatMap((path) => {
    const [first, name] = path.split('.');
    return first === root && name !== undefined ? [name] : [];
  });
}
