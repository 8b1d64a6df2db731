import type { Api } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/config.ts';
import { count } from '../format/count.ts';
import { type AudienceLayout, activeLineage, growLayout, namesOf } from '../layout/layout.ts';
import type { AudienceReportInput } from '../plan/audience-plan.ts';
import { patternNames } from '../selection/pattern-names.ts';
import type { WayOut } from './audience-sizes.ts';
import { proveToken } from './token-proof.ts';
import { claimBound, jsonBytes } from './worst-claim.ts';

const MOST_PATTERNS = 100;
const MOST_WAYS = 20;

/**
 * What would make the largest line smaller, each change tried by itself, those that save most first. Over the budget there is always one: the
 * last is how many permissions fit, unless a rebase is enough.
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
    [stockChange(input), lineOf(withoutStock(input), audience, layout, selected)],
    ...patternLines(input, layout, fresh, selected),
  ];
  const ways = lines
    .map(([change, without]) => ({ change, saves: line - without }))
    .filter(({ saves }) => saves > 0)
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

/** The same without Auth0's own permissions claim, neither by the catalog nor by the sample. */
function withoutStock(input: AudienceReportInput): AudienceReportInput {
  const { catalog } = input;
  const own = ownApi(input);
  const { permissions: _, ...sample } = input.sample;
  const apis = catalog.apis.map((api) => (api === own ? { ...api, enforcePolicies: false } : api));
  return { ...input, catalog: { ...catalog, apis }, sample };
}

function ownApi({ audience, environment, catalog }: AudienceReportInput): Api | undefined {
  const identifier = audience.identifiers.get(environment);
  return catalog.apis.find((api) => api.identifier === identifier);
}

/** How many permissions fit, whichever they are: those with the longest names do, in a layout of their own. */
function fewerPermissions(input: AudienceReportInput, line: number, selected: ReadonlySet<string>): WayOut[] {
  const { audience, layout } = input;
  const { bytes: budget } = audience.budget;
  const bySize = [...selected].sort((a, b) => jsonBytes(b) - jsonBytes(a) || (a < b ? -1 : 1));
  const lineWith = (many: number) => {
    const names = bySize.slice(0, many);
    return lineOf(
      input,
      audience,
      growLayout(audience.name, undefined, names, (all) => all),
      new Set(names),
    );
  };
  if (audience.encoding === 'bitset' && lineWith(bySize.length) <= budget) return [];
  const least = lineWith(1);
  if (least > budget) {
    const change = `a budget of at least ${count(least)} bytes, which the line has with one permission alone`;
    return [{ change, saves: Math.max(0, line - least) }];
  }
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
