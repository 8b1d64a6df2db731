import { type Catalog, type Permission, permissionKey } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/audience-config.ts';
import { InputError } from '../errors.ts';
import { ProblemList } from '../source-text/problem-list.ts';
import type { Candidate } from './candidate.ts';
import { compilePatterns, type Pattern } from './pattern.ts';
import { PatternIndex } from './pattern-index.ts';
import { ambiguousName, emptyPattern, nothingLeft, unknownApi } from './selection-problems.ts';

/** Problems of which anybody reads a suggestion; finding one takes time by the number of names. */
const MAX_SUGGESTIONS = 20;

/** What an audience's patterns select. */
export interface Selection {
  /** The names in any environment, sorted by UTF-16 code units. */
  readonly names: readonly string[];
  /** By environment: the permission of the catalog that each name stands for. */
  readonly byEnvironment: ReadonlyMap<string, ReadonlyMap<string, Permission>>;
  readonly patterns: readonly PatternCount[];
}

export interface PatternCount {
  readonly kind: Pattern['kind'];
  readonly text: string;
  /** How many names it selects, or takes away. */
  readonly names: number;
}

/**
 * Applies an audience's patterns to the catalog of each environment: the union of prefixes, exact, plain globs and `from`, less every
 * glob that begins with `!`.
 * @throws InputError where a pattern selects nothing anywhere, or two permissions would go by one name.
 */
export function select(audience: AudienceConfig, catalogs: ReadonlyMap<string, Catalog>): Selection {
  const patterns = compilePatterns(audience);
  const index = new PatternIndex(patterns);
  const matched = patterns.map(() => new Set<string>());
  const all = new Set<string>();
  const seen = new Set<string>();
  let hasOwn = false;
  const byEnvironment = new Map<string, ReadonlyMap<string, Permission>>();
  for (const [environment, catalog] of catalogs) {
    const selected = new Map<string, Candidate>();
    for (const candidate of candidatesOf(audience, environment, catalog)) {
      seen.add(candidate.name);
      hasOwn ||= candidate.from === undefined;
      if (!isSelected(patterns, index.matching(candidate.name, candidate.from), candidate, matched)) continue;
      const other = selected.get(candidate.name);
      if (other !== undefined && permissionKey(other.permission) !== permissionKey(candidate.permission)) {
        throw new InputError([ambiguousName(audience, candidate, other)]);
      }
      selected.set(candidate.name, candidate);
      all.add(candidate.name);
    }
    byEnvironment.set(
      environment,
      new Map([...selected].map(([name, { permission }]) => [name, permission])),
    );
  }
  const empty = patterns.filter((_, number) => matched[number]?.size === 0);
  // Where the catalog has nothing of the API at all, its identifier is wrong, and the patterns may well be right.
  const isUnknown = !hasOwn && empty.some(({ kind }) => kind !== 'from' && kind !== 'negated glob');
  const selectable = {
    names: seen,
    selected: new Set(
      matched.flatMap((names, number) => (patterns[number]?.kind === 'negated glob' ? [] : [...names])),
    ),
    catalogs,
  };
  const problems = new ProblemList();
  if (isUnknown) problems.add(() => unknownApi(audience, catalogs));
  for (const [number, pattern] of empty.entries()) {
    if (isUnknown && pattern.kind !== 'from') continue;
    problems.add(() => emptyPattern(audience, pattern, selectable, number < MAX_SUGGESTIONS));
  }
  problems.assertNone();
  if (all.size === 0) throw new InputError([nothingLeft(audience)]);
  return {
    names: [...all].sort(),
    byEnvironment,
    patterns: patterns.map(({ kind, text }, index) => ({ kind, text, names: matched[index]?.size ?? 0 })),
  };
}

/** A glob that begins with `!` counts what it takes away: names that another pattern selects. */
function isSelected(
  patterns: readonly Pattern[],
  matching: readonly number[],
  { name }: Candidate,
  matched: readonly Set<string>[],
): boolean {
  const isNegated = (index: number) => patterns[index]?.kind === 'negated glob';
  if (matching.every(isNegated)) return false;
  for (const index of matching) matched[index]?.add(name);
  return !matching.some(isNegated);
}

/** The permissions of no API, the audience's own, and those it takes from others under their prefix. */
export function* candidatesOf(
  audience: AudienceConfig,
  environment: string,
  catalog: Catalog,
): Generator<Candidate> {
  const own = audience.identifiers.get(environment);
  for (const permission of catalog.permissions) {
    const { name, audience: api } = permission;
    if (api === undefined || api === own) yield { name, permission, from: undefined };
    if (api === undefined) continue;
    for (const from of audience.from) {
      if (from.identifiers.get(environment) === api) yield { name: from.prefix + name, permission, from };
    }
  }
}
