import type { Permission } from './catalog.ts';

/**
 * Values by permission: of one name, those of two APIs are two. Roles grant permissions of many APIs and are looked through for each, so
 * that a look-up makes no key of its own.
 */
export class PermissionMap<V> {
  readonly #byAudience = new Map<string | undefined, Map<string, V>>();

  get({ audience, name }: Permission): V | undefined {
    return this.#byAudience.get(audience)?.get(name);
  }

  set({ audience, name }: Permission, value: V): void {
    const byName = this.#byAudience.get(audience);
    if (byName === undefined) this.#byAudience.set(audience, new Map([[name, value]]));
    else byName.set(name, value);
  }

  /** All values. */
  values(): V[] {
    return [...this.#byAudience.values()].flatMap((byName) => [...byName.values()]);
  }

  /** The values of the permissions that have one, in their order. */
  valuesOf(permissions: readonly Permission[]): V[] {
    const values: V[] = [];
    for (const permission of permissions) {
      const value = this.get(permission);
      if (value !== undefined) values.push(value);
    }
    return values;
  }
}
