// How the layout of a claim relates to the one that is known here: spec/claim-format.md, "Reading".
/**
 * How the layout that a claim was written with relates to the one that the verifier has; for logs. `current`:
 * the same; `older`: written with fewer generations or an earlier lineage; `newer`: with more, or a later
 * lineage; `forked`: both grew differently from some generation on; `absent`: the token has no such claim.
 */
export type LayoutState = 'current' | 'older' | 'newer' | 'forked' | 'absent';

/**
 * How many of the lineage's generations, from the first on, the claim names too. `ids` are 6 characters each.
 */
export function countShared(ids: string, known: readonly string[]): number {
  let shared = 1;
  while (shared < known.length && known[shared] === ids.slice(6 * shared, 6 * shared + 6)) shared += 1;
  return shared;
}

/**
 * `named`: generations of the claim; `known`: of the lineage; `ahead`: the lineage's number less the active
 * one's.
 */
export function compareLayouts(named: number, shared: number, known: number, ahead: number): LayoutState {
  if (shared < named && shared < known) return 'forked';
  if (shared < named || ahead > 0) return 'newer';
  return shared < known || ahead < 0 ? 'older' : 'current';
}

/** What an issuer writes in place of an array of names that is too long: spec/claim-format.md, "Overflow". */
export const OVERFLOW_MARKER = '!overflow';

/** Six base64url characters, once or more: the ids that a claim begins with. */
export const IDS: RegExp = /^(?:[\w-]{6})+$/;
