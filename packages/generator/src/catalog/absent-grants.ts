// What roles of an export grant although their API does not have it: a permission that was renamed or removed in the API only.
import { quotedList } from './quoted-list.ts';

export class AbsentGrants {
  /** Roles by permission, by API identifier. */
  readonly #byApi = new Map<string, Map<string, Set<string>>>();

  add(audience: string, name: string, role: string): void {
    const byName = this.#byApi.get(audience) ?? new Map<string, Set<string>>();
    this.#byApi.set(audience, byName);
    byName.set(name, (byName.get(name) ?? new Set<string>()).add(role));
  }

  /** A note for each API, however many roles grant something of it. */
  notes(): string[] {
    return Array.from(this.#byApi, ([audience, byName]) => {
      const granted = quotedList(
        [...byName.keys()],
        (name) => `${JSON.stringify(name)} (${quotedList([...(byName.get(name) ?? [])])})`,
      );
      return `Roles grant permissions that ${audience} does not have, and that are left out: ${granted}. Correct the roles, or add the permissions to the API.`;
    });
  }
}
