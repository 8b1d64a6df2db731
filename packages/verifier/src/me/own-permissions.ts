// What a user may do by a token, for user interfaces: what `GET /me/permissions` answers.
import type { Access } from '../access.ts';
import { internalsOf } from '../access.ts';

export interface OwnPermissions<P extends string = string> {
  /** What the token grants, in the layout's order. */
  readonly permissions: readonly P[];
  /** What has changed since the token was issued: a newer one knows. Empty without the option `changes`. */
  readonly stale: readonly P[];
}

/**
 * The permissions that a token grants, and those that it can't speak of.
 *
 * @example
 * export const handler = authenticate(verifier, async (_event, access) => ({
 *   statusCode: 200,
 *   headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
 *   body: JSON.stringify(ownPermissions(access)),
 * }));
 */
export function ownPermissions<P extends string>(access: Access<P>): OwnPermissions<P> {
  return { permissions: access.permissions.toJSON(), stale: [...staleNames(access)] as P[] };
}

function* staleNames(access: Access): Generator<string, void, undefined> {
  const internals = internalsOf(access);
  if (internals?.freshness === undefined) return;
  const { freshness, said, background } = internals;
  const { places } = background.index.all;
  for (const name of freshness.changedNames() ?? places.keys())
    if (places.has(name) && freshness.isVoid(name, said.has(name))) yield name;
}
