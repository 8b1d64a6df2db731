// `resolver`: whether a resolver can know what the Action knows at a login.
import type { PermissionSource } from '../sources/source-facts.ts';
import type { RawAudience } from './raw-config.ts';

/** What is in the way, as a path below the audience, a message and a fix. */
export interface ResolverObstacle {
  readonly path: readonly string[];
  readonly message: string;
  readonly fix: string;
}

/** Undefined where nothing is in the way, or no resolver is wanted. */
export function resolverObstacle(
  { resolver, grant }: Pick<RawAudience, 'resolver' | 'grant'>,
  sources: readonly PermissionSource[],
): ResolverObstacle | undefined {
  if (resolver !== true) return undefined;
  if (grant === 'requested') {
    return {
      path: ['grant'],
      message: 'a resolver does not know which scopes the client requested',
      fix: 'Remove resolver, or set grant: all.',
    };
  }
  const event = sources.find((source) => source.kind === 'event' && !isOfUser(source.path));
  if (event === undefined) return undefined;
  return {
    path: ['action', 'source'],
    message: 'a resolver can read lists below user.app_metadata only: the rest of the event is of a login',
    fix: 'Remove resolver, or keep the list in app_metadata.',
  };
}

function isOfUser(path: readonly string[]): boolean {
  return path.length > 2 && path[0] === 'user' && path[1] === 'app_metadata';
}
