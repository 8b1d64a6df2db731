import { type Catalog, type Permission, permissionKey } from '../catalog/catalog.ts';
import { closest } from '../closest.ts';
import type { AudienceConfig } from '../config/config.ts';
import { assertNoProblems, type Problem } from '../errors.ts';
import { compilePatterns, type Pattern } from './pattern.ts';

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

/** A permission that an audience may select: its name there, and the API it is taken from. */
interface Candidate {
  readonly name: string;
  readonly permission: Permission;
  readonly from: string | undefined;
}

/**
 * Applies an audience's patterns to the catalog of each environment: the union of prefixes, exact, plain globs and `from`, less every
 * glob that begins with `!`.
 * @throws InputError where a pattern selects nothing anywhere, or two permissions would go by one name.
 */
export function select(audience: AudienceConfig, catalogs: ReadonlyMap<string, Catalog>): Selection {
  const patterns = compilePatterns(audience);
  const matched = patterns.map(() => new Set<string>());
  const all = new Set<string>();
  const everySeen = new Set<string>();
  const byEnvironment = new Map<string, ReadonlyMap<string, Permission>>();
  for (const [environment, catalog] of catalogs) {
    const selected = new Map<string, Permission>();
    for (const candidate of candidatesOf(audience, environment, catalog)) {
      everySeen.add(candidate.name);
      if (!isSelected(patterns, candidate, matched)) continue;
      const other = selected.get(candidate.name);
      if (other !== undefined && permissionKey(other) !== permissionKey(candidate.permission)) {
        assertNoProblems([ambiguousName(audience, candidate, other)]);
      }
      selected.set(candidate.name, candidate.permission);
      all.add(candidate.name);
    }
    byEnvironment.set(environment, selected);
  }
  assertNoProblems(
    patterns.flatMap((pattern, index) =>
      matched[index]?.size === 0 ? [emptyPattern(audience, pattern, everySeen)] : [],
    ),
  );
  if (all.size === 0) {
    assertNoProblems([
      audience.problem(
        'selection_empty',
        ['globs'],
        'the globs that begin with ! take away all that is selected',
        'Take one of them out.',
      ),
    ]);
  }
  return {
    names: [...all].sort(),
    byEnvironment,
    patterns: patterns.map(({ kind, text }, index) => ({ kind, text, names: matched[index]?.size ?? 0 })),
  };
}

function isSelected(
  patterns: readonly Pattern[],
  { name, from }: Candidate,
  matched: readonly Set<string>[],
): boolean {
  let selected = false;
  let takenAway = false;
  patterns.forEach((pattern, index) => {
    if (!pattern.matches(name, from)) return;
    matched[index]?.add(name);
    if (pattern.kind === 'negated glob') takenAway = true;
    else selected = true;
  });
  return selected && !takenAway;
}

/** The permissions of no API, the audience's own, and those it takes from others under their prefix. */
function* candidatesOf(
  audience: AudienceConfig,
  environment: string,
  catalog: Catalog,
): Generator<Candidate> {
  const own = audience.identifiers.get(environment);
  const from = audience.from.get(environment);
  for (const permission of catalog.permissions) {
    if (permission.audience === undefined || permission.audience === own) {
      yield { name: permission.name, permission, from: undefined };
    }
    const prefix = permission.audience === undefined ? undefined : from?.get(permission.audience);
    if (prefix !== undefined) yield { name: prefix + permission.name, permission, from: permission.audience };
  }
}

function ambiguousName(
  audience: AudienceConfig,
  { name, permission }: Candidate,
  other: Permission,
): Problem {
  const of = ({ audience: api }: Permission) =>
    api === undefined ? 'the one of no API' : `the one of ${api}`;
  return audience.problem(
    'name_ambiguous',
    [],
    `two permissions would be ${JSON.stringify(name)} here: ${of(other)} and ${of(permission)}`,
    'List the permission once in the catalog, or choose another prefix under "from".',
  );
}

function emptyPattern(audience: AudienceConfig, pattern: Pattern, names: ReadonlySet<string>): Problem {
  const { kind, text } = pattern;
  const verb = kind === 'negated glob' ? 'takes nothing away' : 'selects nothing';
  const near = closest(
    text.replace(/^!/, ''),
    kind === 'exact' ? names : [...names].map((name) => name.slice(0, text.length)),
  );
  const some = [...names].slice(0, 3).join(', ');
  const mend =
    near !== undefined
      ? `Did you mean ${JSON.stringify(near)}?`
      : names.size === 0
        ? `The catalog has no permission of the API ${[...new Set(audience.identifiers.values())].join(' or ')}: correct "audience", or export the API.`
        : `Correct it or take it out; the API's permissions are named ${some}${names.size > 3 ? ', …' : ''}.`;
  return audience.problem(
    'selection_empty',
    pattern.path,
    `the ${kind} ${JSON.stringify(text)} ${verb}`,
    mend,
  );
}
