import type { LayoutChange } from './layout-change.ts';

const DESCRIPTIONS: Readonly<Record<LayoutChange, string>> = {
  same: 'the same',
  new: 'new',
  gone: 'left the config',
  grown: 'grown: every place is kept',
  rebased: 'rebased',
  pruned: 'pruned: tokens of earlier lineages are refused',
  behind: 'lacks what has been added since',
  forked: 'FORKED: deployed verifiers read only what both share',
};

/** What happened to a layout, in words. */
export function describeLayout(change: LayoutChange): string {
  return DESCRIPTIONS[change];
}
