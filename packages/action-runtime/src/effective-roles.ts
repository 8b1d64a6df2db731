import type { PostLoginApi } from './post-login.ts';
import { SourceFailure } from './source-failure.ts';
import { withDeadline } from './with-deadline.ts';

const PAGE = 100;
/** A tenant has 1,000 roles at most (Auth0's entity limits), an organization's own besides. */
const MOST_PAGES = 20;
/** Milliseconds of the 20 seconds that a trigger has. */
const DEADLINE = 2000;

/**
 * The names of the tenant's roles that the user holds, directly or through groups; in an organization the member's. An organization's
 * own roles are left out: they may go by the names of the tenant's and grant something else.
 * Source: Auth0's reference of the post-login api object, api.roles.
 * @throws SourceFailure
 */
export function effectiveRoles(api: PostLoginApi, inOrganization: boolean): Promise<readonly string[]> {
  return withDeadline(DEADLINE, 'api.roles', async (signal) => {
    const names: string[] = [];
    let from: string | undefined;
    for (let page = 0; page < MOST_PAGES && !signal.aborted; page++) {
      const answer = await readPage(api, from, inOrganization);
      names.push(...answer.names);
      from = answer.next;
      if (from === undefined) return names;
    }
    throw new SourceFailure('api.roles has more than ' + MOST_PAGES + ' pages');
  });
}

async function readPage(
  api: PostLoginApi,
  from: string | undefined,
  inOrganization: boolean,
): Promise<{ readonly names: string[]; readonly next: string | undefined }> {
  const page = from === undefined ? { take: PAGE } : { take: PAGE, from };
  const answer = (await ask(api, page)) as { readonly roles?: unknown; readonly next?: unknown } | undefined;
  const roles: readonly unknown[] | undefined = Array.isArray(answer?.roles) ? answer.roles : undefined;
  if (roles === undefined) throw new SourceFailure('api.roles did not answer with a list');
  const names = roles
    .filter((role) => isTenants(role, inOrganization))
    .map((role) => (role as { readonly name?: unknown } | null)?.name);
  if (!names.every((name) => typeof name === 'string')) throw new SourceFailure('a role has no name');
  const next = answer?.next;
  return { names, next: typeof next === 'string' && next !== '' ? next : undefined };
}

async function ask(
  api: PostLoginApi,
  page: { readonly take: number; readonly from?: string },
): Promise<unknown> {
  try {
    return await api.roles.getUserEffectiveRoles(page);
  } catch {
    throw new SourceFailure('api.roles did not answer');
  }
}

/** Outside of organizations all roles are the tenant's; inside, a role that does not say whose it is could be either. */
function isTenants(role: unknown, inOrganization: boolean): boolean {
  const type = (role as { readonly type?: unknown } | null)?.type;
  if (inOrganization && typeof type !== 'string')
    throw new SourceFailure('api.roles names a role without a type');
  return type === undefined || type === 'tenant';
}
