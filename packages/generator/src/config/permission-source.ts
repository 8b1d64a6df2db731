import { InputError } from '../errors.ts';
import type { Source, ValuePath } from '../source.ts';

/** Where the user's permissions come from at login. */
export type PermissionSource = RolesSource | EventSource;

/** The role table baked into the Action, joined with `event.authorization.roles`. */
export interface RolesSource {
  readonly kind: 'roles';
}

/** A list of permission names in Auth0's event. */
export interface EventSource {
  readonly kind: 'event';
  /** The keys from `event` down, such as `['user', 'app_metadata', 'permissions']`. */
  readonly path: readonly string[];
  /** Whether the list holds in an organization, too; where it does not, a login to one is refused this source. */
  readonly tenantWide: boolean;
}

export type RawPermissionSource = 'roles' | { event: string; organizations?: 'tenant-wide' };

export function readPermissionSources(
  source: Source,
  path: ValuePath,
  raw: readonly RawPermissionSource[],
): PermissionSource[] {
  return raw.map((entry, index): PermissionSource => {
    if (entry === 'roles') return { kind: 'roles' };
    const eventPath = entry.event.replace(/^event\./, '').split('.');
    const problem = eventPathProblem(eventPath);
    if (problem !== undefined) {
      throw new InputError([
        source.problem('config_invalid', [...path, index, 'event'], problem.message, problem.mend),
      ]);
    }
    return { kind: 'event', path: eventPath, tenantWide: entry.organizations === 'tenant-wide' };
  });
}

/** Only what the tenant's administrators and their code write may grant: an allow-list, as Auth0 adds to the event. */
function eventPathProblem(path: readonly string[]): { message: string; mend: string } | undefined {
  const [root, second] = path;
  const mend = 'Use a list that administrators write, such as user.app_metadata.permissions.';
  if (path.some((key) => key === '')) return { message: 'the path has an empty key', mend };
  if (root === 'user' && second === 'user_metadata') {
    return { message: 'users can write to user.user_metadata, and could grant themselves anything', mend };
  }
  if (root === 'request' || root === 'transaction' || root === 'prompt') {
    return {
      message: `event.${root} comes from the request, and users could grant themselves anything`,
      mend,
    };
  }
  if (root === 'user' && second === 'permissions' && path.length === 2) {
    return {
      message: "Auth0's event has no user.permissions",
      mend: 'Use roles, or user.app_metadata.permissions if your own code fills it.',
    };
  }
  if (root === 'user' && second !== undefined) return undefined;
  if ((root === 'organization' || root === 'client') && second === 'metadata' && path.length > 2)
    return undefined;
  return { message: `event.${path.join('.')} is not a place for a list of permissions`, mend };
}
