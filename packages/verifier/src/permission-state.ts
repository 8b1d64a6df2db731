// What a token says of a permission, where it may also say nothing: what has changed since is unknown to it.
import type { Access } from './access.ts';
import { internalsOf, isAccess } from './access.ts';
import type { NoAnswer } from './changes/freshness.ts';

/** `stale`: the permission has changed since the token was issued; a newer token knows. */
export type PermissionState = 'yes' | 'no' | 'stale';

/**
 * Whether the token grants `name`, or can't say: `stale` only with the option `changes`. `no` for what is no access.
 *
 * @example
 * permissionState(access, 'orders:refund') === 'stale' ? offerToRefresh() : …
 */
export function permissionState<P extends string>(access: Access<P>, name: NoInfer<P>): PermissionState {
  if (!isAccess(access)) return 'no';
  if (access.permissions.has(name)) return 'yes';
  return noAnswerFor(access, name) === undefined ? 'no' : 'stale';
}

/** Why a permission that the set does not have may be granted by a newer token; undefined where no is the answer. */
export function noAnswerFor(access: Access, name: string): NoAnswer | undefined {
  const internals = internalsOf(access);
  if (internals?.freshness === undefined || !internals.background.index.all.places.has(name))
    return undefined;
  return internals.freshness.staleness(name, internals.said.has(name));
}
