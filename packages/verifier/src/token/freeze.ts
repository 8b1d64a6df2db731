import { malformedToken } from './compact.ts';

/** Levels of lists and objects within a payload; a token that passes it was not made by Auth0. */
const DEPTH_LIMIT = 100;

/** Freezes parsed JSON with all that it holds: what one request could change, another would see. */
export function freezeDeeply(value: object, depth: number = 0): void {
  if (depth > DEPTH_LIMIT) throw malformedToken('The payload of the token is nested too deeply');
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) freezeDeeply(member, depth + 1);
  }
  Object.freeze(value);
}
