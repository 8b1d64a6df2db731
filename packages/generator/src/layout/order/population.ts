// The modelled users that an order of places is chosen for, as sets of permissions.
import { modelledUsers } from '../../model/users.ts';

const MAX_USERS = 500;
const MAX_HELD_IN_ALL = 400_000;

/**
 * What modelled users hold: at most 500 of them, and fewer where they hold so much that measuring them would take long.
 * @returns per user the indices of the permissions held, unordered, each once
 */
export function modelUsers(
  permissionCount: number,
  roles: readonly (readonly number[])[],
  seed: number,
): readonly Uint32Array[] {
  const users: Uint32Array[] = [];
  let heldInAll = 0;
  for (const user of modelledUsers(roles.length, permissionCount, seed)) {
    const held = new Set(user.direct);
    for (const role of user.roles) for (const permission of roles[role] ?? []) held.add(permission);
    users.push(Uint32Array.from(held));
    heldInAll += held.size + 1;
    if (users.length === MAX_USERS || heldInAll >= MAX_HELD_IN_ALL) return users;
  }
  return users;
}
