import { createHash } from 'node:crypto';
import type { PostLoginEvent } from '#auth0/event';

/** A role as `api.roles` returns it. */
export interface EffectiveRole {
  readonly id: string;
  readonly name: string;
  readonly type: string;
}

export interface EffectiveRolesPage {
  readonly roles: readonly EffectiveRole[];
  /** Cursor of the next page. */
  readonly next?: string;
}

/** `api.roles`. */
export interface RolesApi {
  getUserEffectiveRoles(params?: { from?: string; take?: number }): Promise<EffectiveRolesPage>;
  getUserEffectiveRolesByIds(ids: readonly string[]): Promise<EffectiveRolesPage>;
  getUserEffectiveRolesByNames(names: readonly string[]): Promise<EffectiveRolesPage>;
}

/** `unavailable`: every call of `api.roles` rejects. */
export type RolesFault = 'unavailable';

const maxPage = 100;
const defaultPage = 50;
const maxIds = 100;
const maxNames = 50;

/** The id that this simulator gives a role of that name; looks as Auth0's do. */
export function simulatedRoleId(name: string): string {
  return `rol_${createHash('sha256').update(name).digest('base64url').replace(/[-_]/gu, 'x').slice(0, 16)}`;
}

/** The roles the event names, where no others (held through groups, say) are given: the tenant's, in an organization too. */
export function rolesOfEvent(event: PostLoginEvent): readonly EffectiveRole[] {
  return (event.authorization?.roles ?? []).map((name) => ({
    id: simulatedRoleId(name),
    name,
    type: 'tenant',
  }));
}

// Argument checks and their texts: auth0/auth0-actions; the maxima: its type declarations.
export function createRolesApi(roles: readonly EffectiveRole[], fault?: RolesFault): RolesApi {
  async function select(
    parameter: 'ids' | 'names',
    wanted: readonly string[],
    holds: (role: EffectiveRole) => boolean,
  ): Promise<EffectiveRolesPage> {
    if (!Array.isArray(wanted) || wanted.length === 0) {
      throw new Error(`The "${parameter}" parameter must be a non-empty array of strings.`);
    }
    answer(wanted.length, parameter === 'ids' ? maxIds : maxNames);
    return { roles: roles.filter(holds).map((role) => ({ ...role })) };
  }

  function answer(asked: number, maximum: number): void {
    if (fault === 'unavailable') throw new Error('The roles of the user are not available.');
    if (asked > maximum) throw new Error(`At most ${maximum} roles can be asked for at once.`);
  }

  return {
    async getUserEffectiveRoles({ from, take } = {}) {
      if (from !== undefined && typeof from !== 'string') {
        throw new Error('The "from" parameter must be a string if provided.');
      }
      if (take !== undefined && (!Number.isInteger(take) || take <= 0)) {
        throw new Error('The "take" parameter must be a positive integer if provided.');
      }
      answer(take ?? 0, maxPage);
      const start = from === undefined ? 0 : Number(from.replace(/^after:/u, ''));
      if (!Number.isSafeInteger(start)) throw new Error('The "from" parameter is no cursor.');
      const end = start + (take ?? defaultPage);
      const page = roles.slice(start, end).map((role) => ({ ...role }));
      return end < roles.length ? { roles: page, next: `after:${end}` } : { roles: page };
    },
    getUserEffectiveRolesByIds: (ids) => select('ids', ids, ({ id }) => ids.includes(id)),
    getUserEffectiveRolesByNames: (names) => select('names', names, ({ name }) => names.includes(name)),
  };
}
