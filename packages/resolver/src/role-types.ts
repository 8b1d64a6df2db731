/** Which roles are the tenant's: lists of a member's roles don't say, and an organization's own roles may go by the same names. */
import { SourceFailure } from '@claimgen/action-runtime';
import { LRUCache } from 'lru-cache';
import type { ListedRole, TenantReading } from './tenant-api.ts';

/** A tenant has 1,000 roles at most, an organization 350 of its own (Auth0's entity limits). */
const MOST = 10_000;

export class RoleTypes {
  /** By role id: it never changes. */
  readonly #types: LRUCache<string, string> = new LRUCache({ max: MOST });

  /** Those of the tenant. */
  async tenants(roles: readonly ListedRole[], reading: TenantReading): Promise<ListedRole[]> {
    const kept: ListedRole[] = [];
    for (const role of roles) if ((await this.#typeOf(role, reading)) === 'tenant') kept.push(role);
    return kept;
  }

  async #typeOf({ id }: ListedRole, reading: TenantReading): Promise<string> {
    const known = this.#types.get(id);
    if (known !== undefined) return known;
    const { type } = Object(await reading.get(`/roles/${encodeURIComponent(id)}`)) as {
      readonly type?: unknown;
    };
    if (typeof type !== 'string') throw new SourceFailure('the tenant names a role without a type');
    this.#types.set(id, type);
    return type;
  }
}
