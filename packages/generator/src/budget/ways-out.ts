import type { AudienceConfig } from '../config/config.ts';
import { type AudienceLayout, activeLineage, growLayout, namesOf } from '../layout/layout.ts';
import { count } from '../report/count.ts';
import type { WayOut } from '../report/report.ts';
import { patternNames } from '../selection/pattern-names.ts';
import type { AudienceReportInput } from './audience-report.ts';
import { proveToken } from './token-proof.ts';
import { claimBound } from './worst-claim.ts';

const MOST_PATTERNS = 100;
const MOST_WAYS = 20;

/**
 * What would make the largest line smaller, each change tried by itself, those that save most first.
 * @param line the largest line now
 */
export function waysOut(input: AudienceReportInput, line: number): WayOut[] {
  const { audience, layout } = input;
  const selected = new Set(input.selection.byEnvironment.get(input.environment)?.keys());
  const fresh = growLayout(audience.name, undefined, [...selected].sort(), (names) => names);
  const changed = (change: Partial<AudienceConfig>) =>
    lineOf(input, { ...audience, ...change }, layout, selected);
  const lines: [string, number][] = [
    ['encoding: bitset', changed({ encoding: 'bitset' })],
    ['a short claim name, such as pz', changed({ claim: 'pz' })],
    ['scopes: strip', changed({ scopes: 'strip' })],
    [
      'clients that request openid alone (token.scope: openid)',
      changed({ token: { ...audience.token, scope: 'openid' } }),
    ],
    ['claimgen rebase', lineOf(input, audience, fresh, selected)],
    ...patternLines(input, layout, fresh, selected),
  ];
  return lines
    .map(([change, without]) => ({ change, saves: line - without }))
    .filter(({ saves }) => saves > 0)
    .sort((a, b) => b.saves - a.saves)
    .slice(0, MOST_WAYS);
}

function lineOf(
  { environment, catalog, selection, sample }: AudienceReportInput,
  audience: AudienceConfig,
  layout: AudienceLayout,
  names: ReadonlySet<string>,
): number {
  const selected = new Map(
    [...(selection.byEnvironment.get(environment) ?? [])].filter(([name]) => names.has(name)),
  );
  const claimBytes = claimBound(audience, layout, names);
  return proveToken({ audience, environment, catalog, selected, claimBytes, sample }).line;
}

/** Each pattern left out: what no other selects goes, and its places are free after a rebase alone. */
function patternLines(
  input: AudienceReportInput,
  layout: AudienceLayout,
  fresh: AudienceLayout,
  selected: ReadonlySet<string>,
): [string, number][] {
  const { audience } = input;
  const order = namesOf(activeLineage(fresh));
  return soleNames(input)
    .filter(({ sole }) => sole.size > 0 && sole.size < selected.size)
    .sort((a, b) => b.sole.size - a.sole.size)
    .slice(0, MOST_PATTERNS)
    .flatMap(({ title, sole }): [string, number][] => {
      const kept = new Set([...selected].filter((name) => !sole.has(name)));
      const without = `without ${title}, which alone selects ${count(sole.size)}`;
      const asItIs = lineOf(input, audience, layout, kept);
      const packed = growLayout(
        audience.name,
        undefined,
        order.filter((name) => kept.has(name)),
        (names) => names,
      );
      const rebased = lineOf(input, audience, packed, kept);
      return [
        [without, asItIs],
        ...(rebased < asItIs
          ? [[`${without}, then claimgen rebase`, rebased] satisfies [string, number]]
          : []),
      ];
    });
}

/** Patterns with the names that they alone select. */
function soleNames({ audience, environment, catalog }: AudienceReportInput): {
  readonly title: string;
  readonly sole: Set<string>;
}[] {
  const patterns = patternNames(audience, environment, catalog).filter(({ kind }) => kind !== 'negated glob');
  const counts = new Map<string, number>();
  for (const { names } of patterns) for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return patterns.map(({ kind, text, names }) => ({
    title: `${kind} ${JSON.stringify(text)}`,
    sole: new Set(names.filter((name) => counts.get(name) === 1)),
  }));
}
