import { reportAudience } from '../budget/audience-report.ts';
import type { AudienceLayout } from '../layout/layout.ts';
import type { PipelineInput } from '../pipeline.ts';
import { audienceInputs } from '../plan/audience-inputs.ts';

/** What a branch does to one audience. Sizes are bytes. */
export interface AudienceChange {
  readonly name: string;
  readonly state: 'added' | 'removed' | 'kept';
  readonly permissions: { readonly added: readonly string[]; readonly removed: readonly string[] };
  readonly layout: LayoutChange;
  /** The largest line that the proof allows; null where the audience is missing. */
  readonly line: { readonly before: number | null; readonly after: number | null };
  readonly budget: { readonly before: number | null; readonly after: number | null };
}

/**
 * What happened to a layout: `grown` keeps every place and adds some; `rebased` adds lineages or lets the Action write another one; `pruned`
 * drops lineages, whose tokens are refused from then on; `forked` gives places away that the base has given to others.
 */
export type LayoutChange = 'same' | 'new' | 'gone' | 'grown' | 'rebased' | 'pruned' | 'forked';

/** Compares what two configs build, audience by audience, those of the first first. */
export function compareConfigs(before: PipelineInput | undefined, after: PipelineInput): AudienceChange[] {
  const old = new Map(before === undefined ? [] : describe(before));
  const now = new Map(describe(after));
  return [...new Set([...now.keys(), ...old.keys()])].map((name): AudienceChange => {
    const was = old.get(name);
    const is = now.get(name);
    const added = [...(is?.names ?? [])].filter((permission) => was?.names.has(permission) !== true);
    const removed = [...(was?.names ?? [])].filter((permission) => is?.names.has(permission) !== true);
    return {
      name,
      state: was === undefined ? 'added' : is === undefined ? 'removed' : 'kept',
      permissions: { added: added.sort(), removed: removed.sort() },
      layout: compareLayouts(was?.layout, is?.layout),
      line: { before: was?.line ?? null, after: is?.line ?? null },
      budget: { before: was?.budget ?? null, after: is?.budget ?? null },
    };
  });
}

interface Described {
  readonly names: ReadonlySet<string>;
  readonly layout: AudienceLayout;
  readonly line: number;
  readonly budget: number;
}

function describe(input: PipelineInput): [string, Described][] {
  return audienceInputs(input).map((audienceInput) => {
    const { audience, layout, selection, environment } = audienceInput;
    return [
      audience.name,
      {
        names: new Set(selection.byEnvironment.get(environment)?.keys()),
        layout,
        line: reportAudience(audienceInput).proof.line,
        budget: audience.budget.bytes,
      },
    ];
  });
}

function compareLayouts(before: AudienceLayout | undefined, after: AudienceLayout | undefined): LayoutChange {
  if (before === undefined) return 'new';
  if (after === undefined) return 'gone';
  const ids = (layout: AudienceLayout, number: number) =>
    (layout.lineages[number] ?? []).map(({ id }) => id).join(' ');
  const numbers = before.lineages.map((_, number) => number);
  const isPruned = (number: number) => ids(before, number) !== '' && ids(after, number) === '';
  // An id names its generation and all before it: whatever begins alike keeps every place.
  const isForked = (number: number) =>
    !isPruned(number) &&
    !`${ids(after, number)} `.startsWith(`${ids(before, number)} `) &&
    ids(before, number) !== '';
  if (numbers.some(isForked) || after.lineages.length < before.lineages.length) return 'forked';
  if (numbers.some(isPruned)) return 'pruned';
  if (after.lineages.length > before.lineages.length || after.active !== before.active) return 'rebased';
  return numbers.some((number) => ids(before, number) !== ids(after, number)) ? 'grown' : 'same';
}
