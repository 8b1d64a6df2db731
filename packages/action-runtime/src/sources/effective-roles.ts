import type { PostLoginApi } from '../post-login.ts';
import { SourceFailure } from '../source-failure.ts';
import { withDeadline } from '../with-deadline.ts';

const ROLES_PER_PAGE = 100;
/** A tenant has 1,000 roles at most, an organization 350 of its own (Auth0's entity limits). */
const MAX_PAGES = 20;
/** Milliseconds, of the 20 seconds that a trigger has. */
const ROLES_DEADLINE = 2000;

/**
 * The names of the tenant's roles that the user holds, directly or through groups; in an
 * organization the member's. An organization's own roles are left out: they may have the names of
 * the tenant's and grant something else. Source: Auth0's reference of api.roles.
 * @throws SourceFailure
 */
export function effectiveRoles(api: PostLoginApi, inOrganization: boolean): Promise<readonly string[]> {
  return withDeadline(ROLES_DEADLINE, 'api.roles', async (signal) => {
    const names: string[] = [];
    let from: string | undefined;
    for (let page = 0; page < MAX_PAGES && !signal.aborted; page++) {
      const answer = await rolesPage(api, from);
      if (!Array.isArray(answer?.roles)) throw new SourceFailure('api.roles did not answer with a list');
      names.push(...answer.roles.flatMap((role: Role) => tenantsName(role, inOrganization)));
      if (typeof answer.next !== 'string' || answer.next === '') return names;
      from = answer.next;
    }
    throw new SourceFailure('api.roles has more than ' + MAX_PAGES + ' pages');
  });
}

/** What Auth0 answers; nothing is sure before it is looked at. */
type Page = { readonly roles?: unknown; readonly next?: unknown } | null | undefined;
type Role = { readonly name?: unknown; readonly type?: unknown } | null | undefined;

async function rolesPage(api: PostLoginApi, from: string | undefined): Promise<Page> {
  try {
    const page = { take: ROLES_PER_PAGE, ...(from === undefined ? {} : { from }) };
    return (await api.roles.getUserEffectiveRoles(page)) as Page;
  } catch {
    throw new SourceFailure('api.roles did not answer');
  }
}

/** Outside of organizations every role is the tenant's; inside, one without a type may not be. */
function tenantsName(role: Role, inOrganization: boolean): string[] {
  const type = role?.type;
  if (inOrganization && typeof type !== 'string') {
    throw new SourceFailure('api.roles names a role without a type');
  }
  if (type !== undefined && type !== 'tenant') return [];
  if (typeof role?.name !== 'string') throw new SourceFailure('a role has no name');
  return [role.name];
}
