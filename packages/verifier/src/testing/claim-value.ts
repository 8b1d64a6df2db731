// The value of a permission claim that grants certain names.
import type { LayoutIndex } from '../claim/layout-index.ts';

/**
 * The claim as the array of names that `encoding: names` writes (spec/claim-format.md): it needs no layout, and every
 * verifier reads it. Throws a TypeError for a name that the layout would not grant, since no test should pass with
 * one.
 */
export function claimValue(names: unknown, { all, withdrawn }: LayoutIndex): readonly string[] {
  if (!Array.isArray(names)) throw new TypeError('permissions must be an array of names');
  for (const name of names) {
    if (typeof name !== 'string' || !all.places.has(name) || withdrawn.has(name)) {
      throw new TypeError(`permissions: ${JSON.stringify(name)} is not a permission of the layout`);
    }
  }
  return [...new Set<string>(names)].sort();
}
