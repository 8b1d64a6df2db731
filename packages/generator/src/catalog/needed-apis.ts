// An export describes a whole tenant, and a config names some of its APIs. What is unclear about the others stops nobody.
import { canBecome } from './placeholders.ts';

/** Tells the APIs that a config is about from the others. */
export class NeededApis {
  readonly #identifiers: readonly string[] | undefined;
  /** Roles name the same few APIs again and again. */
  readonly #known = new Map<string, boolean>();

  /** @param identifiers of the APIs that the config names; by default, every API is needed */
  constructor(identifiers?: Iterable<string>) {
    this.#identifiers = identifiers === undefined ? undefined : [...new Set(identifiers)];
  }

  /** @param identifier as the file has it: with keywords that nothing replaces, it is needed where it may be one that is */
  has(identifier: string): boolean {
    if (this.#identifiers === undefined) return true;
    let isNeeded = this.#known.get(identifier);
    if (isNeeded === undefined) {
      isNeeded = this.#identifiers.some((needed) => canBecome(identifier, needed));
      this.#known.set(identifier, isNeeded);
    }
    return isNeeded;
  }
}
