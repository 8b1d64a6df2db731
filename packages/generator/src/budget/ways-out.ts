import type { AudienceConfig } from '../config/config.ts';
import { count } from '../format/count.ts';
import { type AudienceLayout, activeLineage, growLayout, namesOf } from '../layout/layout.ts';
import type { AudienceReportInput } from '../plan/audience-plan.ts';
import { patternNames } from '../selection/pattern-names.ts';
import { requestable } from '../selection/requestable.ts';
import type { WayOut } from './audience-sizes.ts';
import { ownApi, withoutStock } from './stock-claim.ts';
import { proveToken } from './token-proof.ts';
import { claimBound, jsonBytes } from './worst-claim.ts';

const MOST_PATTERNS = 100;
const MOST_WAYS = 20;

/** A rebase takes two deployments of every API: the ids of two generations, 8 bytes each, are not worth it. */
const LEAST_REBASED = 17;

/**
 * What would make the largest line smaller, each change tried by itself, those that save most first. Over the budget the last is how many
 * permissions fit, unless a rebase is enough or not even one does: see leastLine.
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
    // With grant: requested, that would take the permissions away.
    ...(audience.grant === 'requested'
      ? []
      : [
          [
            'clients that request openid alone (token.scope: openid)',
            changed({ token: { ...audience.token, scope: 'openid' } }),
          ] satisfies [string, number],
        ]),
    ['claimgen rebase', lineOf(input, audience, fresh, selected)],
    [stockChange(input), lineOf(withoutStock(input), audience, layout, selected)],
    ...patternLines(input, layout, fresh, selected),
  ];
  // Over the budget every byte counts.
  const leastOfRebase = line > audience.budget.bytes ? 1 : LEAST_REBASED;
  const ways = lines
    .map(([change, without]) => ({ change, saves: line - without }))
    .filter(({ change, saves }) => saves >= (change.endsWith('claimgen rebase') ? leastOfRebase : 1))
    .sort((a, b) => b.saves - a.saves)
    .slice(0, MOST_WAYS);
  return line > audience.budget.bytes ? [...ways, ...fewerPermissions(input, line, selected)] : ways;
}

/** How the tenant switches Auth0's own permissions claim off. */
function stockChange(input: AudienceReportInput): string {
  const { audience, sample } = input;
  const dialect =
    ownApi(input)?.tokenDialect?.replace(/_authz$/, '') ??
    (audience.token.profile === 'rfc9068' ? 'rfc9068_profile' : 'access_token');
  const again = Object.hasOwn(sample, 'permissions') ? ', and take token.sample again' : '';
  return `set token_dialect to ${dialect}${again}`;
}

/** How many permissions fit, whichever they are: those with the longest names do, in a layout of their own. */
function fewerPermissions(input: AudienceReportInput, line: number, selected: ReadonlySet<string>): WayOut[] {
  const { audience, layout } = input;
  const { bytes: budget } = audience.budget;
  const bySize = longestFirst(selected);
  const lineWith = (many: number) => freshLine(input, bySize.slice(0, many));
  if (audience.encoding === 'bitset' && lineWith(bySize.length) <= budget) return [];
  if (lineWith(1) > budget) return [];
  // So many fit, and so many don't.
  let fits = 1;
  let fails = bySize.length;
  while (fails - fits > 1) {
    const middle = Math.floor((fits + fails) / 2);
    if (lineWith(middle) <= budget) fits = middle;
    else fails = middle;
  }
  const last = new Set(
    namesOf(activeLineage(layout))
      .filter((name) => selected.has(name))
      .slice(-fits),
  );
  const needsRebase = audience.encoding === 'bitset' && lineOf(input, audience, layout, last) > budget;
  const rebased = needsRebase ? ' (after claimgen rebase, where the lock has more places)' : '';
  const change = `select fewer permissions: at most ${count(fits)} fit${rebased}`;
  return [{ change, saves: line - lineWith(fits) }];
}

/** The largest line if the audience selected one permission only, that with the longest name: no narrower patterns bring it below. */
export function leastLine(input: AudienceReportInput): number {
  const selected = new Set(input.selection.byEnvironment.get(input.environment)?.keys());
  return freshLine(input, longestFirst(selected).slice(0, 1));
}

function longestFirst(names: ReadonlySet<string>): string[] {
  return [...names].sort((a, b) => jsonBytes(b) - jsonBytes(a) || (a < b ? -1 : 1));
}

/** The line with these permissions in a layout of their own. */
function freshLine(input: AudienceReportInput, names: readonly string[]): number {
  const { audience } = input;
  return lineOf(
    input,
    audience,
    growLayout(audience.name, undefined, names, (all) => all),
    new Set(names),
  );
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
  const claimBytes = claimBound(audience, layout, new Set(requestable(audience, selected).keys()));
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
  return (
    soleNames(input)
      // Without the pattern that most of the API comes by there would be little left to have a token for.
      .filter(({ sole }) => sole.size > 0 && sole.size <= selected.size / 2)
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
      })
  );
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
