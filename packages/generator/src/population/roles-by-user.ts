import type { PopulationUser } from '../sizing/population-user.ts';

/**
 * The roles of users by id, for an export without them. The only part of a population that is held in memory: an id and a number each, as
 * few sets of roles occur.
 */
export class RolesByUser {
  readonly #sets: (readonly string[])[] = [];
  readonly #numberOf = new Map<string, number>();
  readonly #setOf = new Map<string, number>();

  add({ id, roles }: PopulationUser): void {
    const earlier = this.#setOf.get(id);
    const all = earlier === undefined ? roles : [...(this.#sets[earlier] as readonly string[]), ...roles];
    const distinct = [...new Set(all)].sort();
    const key = JSON.stringify(distinct);
    let number = this.#numberOf.get(key);
    if (number === undefined) {
      number = this.#sets.length;
      this.#sets.push(distinct);
      this.#numberOf.set(key, number);
    }
    this.#setOf.set(id, number);
  }

  /** The user with these roles in addition to the own ones. */
  join(user: PopulationUser): PopulationUser {
    const number = this.#setOf.get(user.id);
    if (number === undefined) return user;
    return { ...user, roles: [...user.roles, ...(this.#sets[number] as readonly string[])] };
  }
}
