/** What the difference of two role tables means for tokens. Pure. */
import type { Change } from './publish.ts';

/** Audience name → role → permission names, as `hasPermission` knows them there. */
export type RoleTables = ReadonlyMap<string, ReadonlyMap<string, Iterable<string>>>;

/**
 * The changes that take users of `before` to `after`: one per audience that differs, for everyone but machines, with any roles
 * they have. `undefined` for `before`: the old table can't be read, so everything may have changed.
 *
 * @example
 * const changes = difference(new Map([['orders', new Map([['Clerk', ['orders:read', 'orders:refund']]])]]),
 *                            new Map([['orders', new Map([['Clerk', ['orders:read']]])]]));
 * // [{ aud: 'orders', of: 'users', lost: ['orders:refund'], gained: [] }]
 */
export function difference(before: RoleTables | undefined, after: RoleTables): Change[] {
  if (before === undefined) return [{ of: 'users', lost: '*', gained: '*' }];
  const changes: Change[] = [];
  for (const aud of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [was, is] = [before.get(aud), after.get(aud)];
    const lost = missing(was, is);
    const gained = missing(is, was);
    if (lost.length + gained.length > 0) changes.push({ aud, of: 'users', lost, gained });
  }
  return changes;
}

type Roles = ReadonlyMap<string, Iterable<string>>;

/** What some role of `from` has that the same role of `to` doesn't: users may hold that role alone. */
function missing(from: Roles = new Map(), to: Roles = new Map()): string[] {
  const names = new Set<string>();
  for (const [role, permissions] of from) {
    const still = new Set(to.get(role));
    for (const name of permissions) if (!still.has(name)) names.add(name);
  }
  return [...names].sort();
}
