import type { BoundedLines } from '../budget/audience-sizes.ts';
import { count } from '../format/count.ts';
import { plural } from '../format/plural.ts';

/** The second bound in words. */
export function formatBounded({ roles, direct, line }: BoundedLines): string {
  return `users of at most ${plural(roles, 'role')} and ${plural(direct, 'more permission')}: ${count(line.atMost)} at most, ${count(line.found)} the largest found`;
}
