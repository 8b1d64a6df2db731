import type { BoundedLines } from '../budget/audience-sizes.ts';
import { count } from '../format/count.ts';

/** The second bound in words. */
export function formatBounded({ roles, direct, line }: BoundedLines): string {
  return `users of at most ${count(roles)} roles and ${count(direct)} permissions besides: ${count(line.atMost)} at most, ${count(line.found)} the largest found`;
}
