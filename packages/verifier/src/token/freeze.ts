// Makes parsed JSON safe to share, and weighs it on the way: both need to see every value once.

/** Levels of arrays and objects within a payload; a token that passes it was not made by Auth0. */
const DEPTH_LIMIT = 100;

/** What was seen of parsed JSON. */
export interface Tally {
  /** The members of all objects together. */
  members: number;
  /** An upper bound of what its arrays and objects take of V8's heap, their strings' characters left out. */
  bytes: number;
}

// Measured on Node 20, 22 and 24, with every member of an object of its own shape; test/cache/memory.test.ts
// holds them to it.
const ARRAY_BYTES = 64;
const ITEM_BYTES = 48;
const OBJECT_BYTES = 256;
const MEMBER_BYTES = 96;

/**
 * Freezes parsed JSON with all that it holds: what one request could change, another would see. Adds what it
 * holds to the tally. Throws a RangeError for what is nested too deeply.
 */
export function freezeDeeply(value: object, tally: Tally, depth: number = 0): void {
  if (depth > DEPTH_LIMIT) throw new RangeError('nested too deeply');
  const within: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  if (within === value) tally.bytes += ARRAY_BYTES + ITEM_BYTES * within.length;
  else {
    tally.members += within.length;
    tally.bytes += OBJECT_BYTES + MEMBER_BYTES * within.length;
  }
  for (let i = 0; i < within.length; i += 1) {
    const member = within[i];
    if (typeof member === 'object' && member !== null) freezeDeeply(member, tally, depth + 1);
  }
  Object.freeze(value);
}
