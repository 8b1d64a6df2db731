import type { Permission } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/audience-config.ts';
import { count } from '../format/count.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import { asOfMember, type ClaimSettings, claimTable } from '../plan/claim-table.ts';
import { patternNames } from '../selection/pattern-names.ts';
import { requestable } from '../selection/requestable.ts';
import type { Saving } from './audience-sizes.ts';
import { ownApi, withoutStock } from './stock-claim.ts';
import { dependsOnSelected, proveToken } from './token-proof.ts';
import { asOfBytes, type BoundTable, claimBound, freshBound, jsonBytes } from './worst-claim.ts';

const MAX_PATTERNS = 100;
const MAX_WAYS = 20;

/** A rebase takes two deployments of every API: the ids of two generations, 8 bytes each, are not worth it. */
const LEAST_REBASED = 17;

/**
 * What would make the largest line smaller, each change tried by itself, those that save most first. Over the budget the last is how many
 * permissions fit, unless a rebase is enough or not even one does: see leastLine.
 * @param line the largest line now
 */
export function savingsOf(input: AudiencePlan, line: number): Saving[] {
  const { audience } = input;
  const table = claimTable(audience, input.layout);
  const selected = new Set(input.selected.keys());
  const fresh = freshTable(audience, [...selected]);
  const claimBytes = claimBound(table, holdable(input, selected));
  const changed = (change: Partial<AudienceConfig>) =>
    lineWith(input, { ...audience, ...change }, claimBytes, () => selected);
  const lines: [string, number][] = [
    ['encoding: bitset', lineOf(input, { ...table, encoding: 'bitset' }, selected)],
    // Later it would be another claim than the one in tokens: check --base fails with claim_renamed.
    ['before the first deployment, a short claim name, such as pz', changed({ claim: 'pz' })],
    // Without the time, and without its dot.
    ['action.asOf: false', lineWith(input, audience, claimBytes - asOfBytes(table), () => selected)],
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
    ['claimgen rebase', lineOf(input, fresh, selected)],
    [stockChange(input), lineWith(withoutStock(input), audience, claimBytes, () => selected)],
    ...patternLines(input, table, fresh, selected),
  ];
  // Over the budget every byte counts.
  const leastOfRebase = line > audience.budget.bytes ? 1 : LEAST_REBASED;
  const ways = lines
    .map(([change, without]) => ({ change, saves: line - without }))
    .filter(({ change, saves }) => saves >= (change.endsWith('claimgen rebase') ? leastOfRebase : 1))
    .sort((a, b) => b.saves - a.saves)
    .slice(0, MAX_WAYS);
  return [...ways, ...fewerPermissions(input, line, table, selected)];
}

/** How the tenant switches Auth0's own permissions claim off. */
function stockChange(input: AudiencePlan): string {
  const { audience, sample } = input;
  const dialect =
    ownApi(input)?.tokenDialect?.replace(/_authz$/, '') ??
    (audience.token.profile === 'rfc9068' ? 'rfc9068_profile' : 'access_token');
  const again = Object.hasOwn(sample, 'permissions') ? ', and take token.sample again' : '';
  return `set token_dialect to ${dialect}${again}`;
}

/** Where a layout of all of them is over the budget: how many fit, whichever they are. Those with the longest names do, in a layout of their own. */
function fewerPermissions(
  input: AudiencePlan,
  line: number,
  table: BoundTable,
  selected: ReadonlySet<string>,
): Saving[] {
  const { audience } = input;
  const { bytes: budget } = audience.budget;
  const bySize = longestFirst(holdable(input, selected));
  const lineOfLongest = (many: number) => freshLine(input, bySize.slice(0, many));
  if (lineOfLongest(bySize.length) <= budget) return [];
  if (lineOfLongest(1) > budget) return [];
  // So many fit, and so many don't.
  let fits = 1;
  let fails = bySize.length;
  while (fails - fits > 1) {
    const middle = Math.floor((fits + fails) / 2);
    if (lineOfLongest(middle) <= budget) fits = middle;
    else fails = middle;
  }
  const last = new Set(table.names.filter((name) => selected.has(name)).slice(-fits));
  const needsRebase = lineOf(input, table, last) > budget;
  const rebased = needsRebase ? ' (after claimgen rebase, where the lock has more places)' : '';
  const change = `select fewer permissions: at most ${count(fits)} fit${rebased}`;
  return [{ change, saves: line - lineOfLongest(fits) }];
}

/** The largest line if the audience selected one permission only, that with the longest name: no narrower patterns bring it below. */
export function leastLine(input: AudiencePlan): number {
  const selected = new Set(input.selected.keys());
  return freshLine(input, longestFirst(holdable(input, selected)).slice(0, 1));
}

interface SizedName {
  readonly name: string;
  /** Bytes of its JSON text. */
  readonly size: number;
}

function longestFirst(names: ReadonlySet<string>): SizedName[] {
  return Array.from(names, (name) => ({ name, size: jsonBytes(name) })).sort((a, b) => b.size - a.size);
}

/** The line with these permissions in a layout of their own. */
function freshLine(input: AudiencePlan, names: readonly SizedName[]): number {
  const claimBytes = freshBound(
    input.audience,
    names.map(({ size }) => size),
  );
  return lineWith(input, input.audience, claimBytes, () => new Set(names.map(({ name }) => name)));
}

/** A layout of these names and no others. */
function freshTable(audience: ClaimSettings, names: readonly string[]): BoundTable {
  return { encoding: audience.encoding, ...asOfMember(audience), names, ends: [names.length] };
}

/** The largest line of an audience that selects these names alone. */
function lineOf(input: AudiencePlan, table: BoundTable, names: ReadonlySet<string>): number {
  const audience = { ...input.audience, encoding: table.encoding };
  return lineWith(input, audience, claimBound(table, holdable(input, names)), () => names);
}

/** Those of the names that a claim can hold: with `grant: requested`, what clients request. */
function holdable(input: AudiencePlan, names: ReadonlySet<string>): ReadonlySet<string> {
  const { audience } = input;
  if (audience.grant !== 'requested') return names;
  return new Set([...requestable(audience, input.selected).keys()].filter((name) => names.has(name)));
}

/** @param names asked for only where the line depends on more than the claim */
function lineWith(
  { environment, catalog, selected: all, sample }: AudiencePlan,
  audience: AudienceConfig,
  claimBytes: number,
  names: () => ReadonlySet<string>,
): number {
  const proven = { audience, environment, catalog, sample };
  const selected = dependsOnSelected(proven) ? only(all, names()) : all;
  return proveToken({ ...proven, selected, claimBytes }).line;
}

function only(
  selected: ReadonlyMap<string, Permission>,
  names: ReadonlySet<string>,
): ReadonlyMap<string, Permission> {
  if (names.size === selected.size) return selected;
  return new Map([...selected].filter(([name]) => names.has(name)));
}

/** Each pattern left out: what no other selects goes, and its places are free after a rebase alone. */
function patternLines(
  input: AudiencePlan,
  table: BoundTable,
  fresh: BoundTable,
  selected: ReadonlySet<string>,
): [string, number][] {
  return (
    soleNames(input)
      // Without the pattern that most of the API comes by, or all of it, there would be little left to have a token for.
      .filter(({ sole }) => sole.size > 0 && sole.size <= selected.size / 2)
      .sort((a, b) => b.sole.size - a.sole.size)
      .slice(0, MAX_PATTERNS)
      .flatMap(({ title, sole }): [string, number][] => {
        const kept = new Set([...selected].filter((name) => !sole.has(name)));
        const without = `without ${title}, which alone selects ${count(sole.size)}`;
        const asItIs = lineOf(input, table, kept);
        const packed = freshTable(
          input.audience,
          fresh.names.filter((name) => kept.has(name)),
        );
        const rebased = lineOf(input, packed, kept);
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
function soleNames({ audience, environment, catalog }: AudiencePlan): {
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
