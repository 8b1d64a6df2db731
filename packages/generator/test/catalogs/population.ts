import type { Catalog } from '../../src/catalog/catalog.ts';
import { seededRandom } from '../../src/model/random.ts';

/** A user of a modelled tenant. */
export interface ModelUser {
  readonly id: string;
  readonly roles: readonly string[];
  /** Assigned to the user directly. */
  readonly permissions: readonly string[];
}

/**
 * Users as tenants have them: 1 to 8 roles, heavy-tailed, and 0 to 5 permissions of their own; every fifth holds a uniform subset of
 * 0.1% to 50% of all instead.
 */
export function* modelUsers(catalog: Catalog, count: number, seed: number): Generator<ModelUser> {
  const random = randomNumbers(seed);
  const names = catalog.permissions.map(({ name }) => name);
  const pick = <T>(list: readonly T[]): T[] =>
    list.length === 0 ? [] : [list[Math.floor(random() * list.length)] as T];
  for (let index = 0; index < count; index++) {
    const id = `auth0|${index.toString(16).padStart(24, '0')}`;
    if (index % 5 === 4 || catalog.roles.length === 0) {
      const density = 0.001 * 500 ** random();
      yield { id, roles: [], permissions: names.filter(() => random() < density) };
      continue;
    }
    const roles = Array.from({ length: Math.min(8, Math.ceil(1 / (random() + 0.125))) }, () =>
      pick(catalog.roles),
    ).flat();
    const own = Array.from({ length: Math.floor(random() * 6) }, () => pick(names)).flat();
    yield { id, roles: [...new Set(roles.map(({ name }) => name))], permissions: own };
  }
}

/** Uniform numbers in [0, 1), the same for the same seed. */
export function randomNumbers(seed: number): () => number {
  const random = seededRandom(seed);
  return () => random(0x40000000) / 0x40000000;
}
