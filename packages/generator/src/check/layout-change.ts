// What a branch does to a layout.
import type { AudienceLayout } from '../layout/layout.ts';

/**
 * `grown` keeps every place and adds some; `rebased` adds lineages or lets the Action write another one; `pruned` drops lineages, whose tokens
 * are refused from then on; `behind` lacks what the base has, and adds nothing; `forked` gives places away that the base has given to others.
 */
export type LayoutChange = 'same' | 'new' | 'gone' | 'grown' | 'rebased' | 'pruned' | 'behind' | 'forked';

/** Compares the layouts of one audience. */
export function compareLayouts(
  before: AudienceLayout | undefined,
  after: AudienceLayout | undefined,
): LayoutChange {
  if (before === undefined) return 'new';
  if (after === undefined) return 'gone';
  const count = Math.max(before.lineages.length, after.lineages.length);
  const steps = Array.from({ length: count }, (_, number) => stepOf(before, after, number));
  const adds = steps.includes('longer') || steps.includes('new');
  if (steps.includes('other')) return 'forked';
  if (steps.includes('shorter') || steps.includes('gone')) return adds ? 'forked' : 'behind';
  if (steps.includes('emptied')) return 'pruned';
  if (steps.includes('new') || steps.includes('refilled') || after.active !== before.active) return 'rebased';
  return adds ? 'grown' : 'same';
}

/** Whether some token of the one can be read with the other. */
export function shareLineage(a: AudienceLayout, b: AudienceLayout): boolean {
  return a.lineages.some(
    ([first], number) => first !== undefined && first.id === b.lineages[number]?.[0]?.id,
  );
}

type Step = 'same' | 'longer' | 'shorter' | 'new' | 'gone' | 'emptied' | 'refilled' | 'other';

/** What became of one lineage. An id names its generation and all before it: what begins alike keeps every place. */
function stepOf(before: AudienceLayout, after: AudienceLayout, number: number): Step {
  const [was, is] = [idsOf(before, number), idsOf(after, number)];
  if (was === undefined) return 'new';
  if (is === undefined) return 'gone';
  if (was === is) return 'same';
  if (is === '') return 'emptied';
  if (was === '') return 'refilled';
  if (is.startsWith(was)) return 'longer';
  return was.startsWith(is) ? 'shorter' : 'other';
}

function idsOf({ lineages }: AudienceLayout, number: number): string | undefined {
  return lineages[number]?.map(({ id }) => `${id} `).join('');
}
