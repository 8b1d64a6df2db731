// Auth0's own permissions claim of one user: all that the user holds of the API, selected by claimgen's claim or not.
import { jsonBytes } from '../budget/worst-claim.ts';
import { permissionKey } from '../catalog/catalog.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import type { PopulationUser } from './population-user.ts';

/** A comma, the claim's name and a colon. */
const NAME_BYTES = ',"permissions":'.length;

/** Sizes the stock claim, user by user. The same permissions as the size proof counts all of: those of the API, and selected ones of no API. */
export class StockNames {
  readonly #indexOfName = new Map<string, number>();
  readonly #indexOfKey = new Map<string, number>();
  readonly #ofRole = new Map<string, readonly number[]>();
  /** Bytes of each name in a JSON array, with its comma. */
  readonly #bytes: readonly number[];
  readonly #held: Uint8Array;

  constructor({ identifier, catalog, selected }: AudiencePlan) {
    const counted = new Map(
      [
        ...catalog.permissions.filter((permission) => permission.audience === identifier),
        ...[...selected.values()].filter((permission) => permission.audience === undefined),
      ].map((permission) => [permissionKey(permission), permission]),
    );
    const bytes: number[] = [];
    for (const [key, { name }] of counted) {
      this.#indexOfName.set(name, bytes.length);
      this.#indexOfKey.set(key, bytes.length);
      bytes.push(jsonBytes(name) + 1);
    }
    this.#bytes = bytes;
    for (const { name, permissions } of catalog.roles) {
      this.#ofRole.set(
        name,
        permissions.flatMap((granted) => this.#indexOfKey.get(permissionKey(granted)) ?? []),
      );
    }
    this.#held = new Uint8Array(bytes.length);
  }

  /** Bytes of the claim in the token's payload. */
  bytes({ roles, direct }: PopulationUser): number {
    const held = this.#held.fill(0);
    for (const role of roles) for (const index of this.#ofRole.get(role) ?? []) held[index] = 1;
    for (const permission of direct) {
      const index =
        typeof permission === 'string'
          ? this.#indexOfName.get(permission)
          : this.#indexOfKey.get(permissionKey(permission));
      if (index !== undefined) held[index] = 1;
    }
    let sum = 0;
    for (let index = 0; index < held.length; index++)
      sum += held[index] === 1 ? (this.#bytes[index] as number) : 0;
    // [, the names with commas between, ]
    return NAME_BYTES + Math.max(2, 1 + sum);
  }
}
