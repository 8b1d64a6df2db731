/** Levels of lists and objects within a payload; a token that passes it was not made by Auth0. */
const DEPTH_LIMIT = 100;

/**
 * Freezes parsed JSON with all that it holds: what one request could change, another would see. Gives the number of
 * members of all objects together. Throws a RangeError for what is nested too deeply.
 */
export function freezeDeeply(value: object, depth: number = 0): number {
  if (depth > DEPTH_LIMIT) throw new RangeError('nested too deeply');
  let members = 0;
  const within: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  if (within !== value) members = within.length;
  for (let i = 0; i < within.length; i += 1) {
    const member = within[i];
    if (typeof member === 'object' && member !== null) members += freezeDeeply(member, depth + 1);
  }
  Object.freeze(value);
  return members;
}
