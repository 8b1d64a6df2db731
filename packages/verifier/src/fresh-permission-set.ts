// The permissions of a token of which some are void: changed since it was issued.
import type { TokenFreshness } from './changes/freshness.ts';
import type { PermissionSet } from './permission-set.ts';
import { NamedPermissions } from './permission-set.ts';

/** What the token says, less the names that are void at the time of the question. */
export class FreshPermissionSet<P extends string> extends NamedPermissions<P> implements PermissionSet<P> {
  readonly #said: PermissionSet<P>;
  readonly #freshness: TokenFreshness;

  constructor(said: PermissionSet<P>, freshness: TokenFreshness) {
    super();
    this.#said = said;
    this.#freshness = freshness;
    Object.freeze(this);
  }

  has(name: P): boolean {
    return this.#said.has(name) && !this.#freshness.isVoid(name, true);
  }

  get size(): number {
    return this.toJSON().length;
  }

  override *[Symbol.iterator](): Generator<P, void, undefined> {
    for (const name of this.#said) if (!this.#freshness.isVoid(name, true)) yield name;
  }
}
