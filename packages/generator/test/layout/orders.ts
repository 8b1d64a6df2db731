// Orders of permissions and how long they make claims.
import { encodeBody } from '../../../action-runtime/src/encode-body.ts';

/** The order of the names. */
export function lexicographic(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Of the bodies of these users' claims. */
export function meanCharacters(order: readonly number[], users: readonly Uint32Array[]): number {
  const placeOf = new Map(order.map((permission, place) => [permission, place]));
  const lengths = users.map(
    (held) => encodeBody(held.map((permission) => placeOf.get(permission) ?? -1).sort()).length,
  );
  return lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
}

/** So many names of permissions, sorted. */
export function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `thing:${String(index).padStart(6, '0')}`);
}
