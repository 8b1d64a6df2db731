import type { LayoutChange } from './config-change.ts';

const DESCRIPTIONS: Readonly<Record<LayoutChange, string>> = {
  same: 'the same',
  new: 'new',
  gone: 'left the config',
  grown: 'grown: every place is kept',
  rebased: 'rebased',
  pruned: 'pruned: tokens of earlier lineages are refused',
  forked: 'FORKED: deployed verifiers read what both share alone',
};

/** What happened to a layout, in words. */
export function describeLayout(change: LayoutChange): string {
  return DESCRIPTIONS[change];
}
