import type { Catalog } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/audience-config.ts';
import type { Problem } from '../errors.ts';
import { closest } from '../format/closest.ts';
import type { Candidate } from './candidate.ts';
import type { Pattern } from './pattern.ts';
import { matchesAny, suggestPattern } from './suggest.ts';

/** Two permissions that would have one name in the layout. */
export function ambiguousName(audience: AudienceConfig, one: Candidate, other: Candidate): Problem {
  const of = ({ permission }: Candidate) =>
    permission.audience === undefined ? 'the one of no API' : `the one of ${permission.audience}`;
  const taken = one.from ?? other.from;
  return audience.problem(
    'name_ambiguous',
    taken === undefined ? [] : ['from', taken.key],
    `two permissions would be ${JSON.stringify(one.name)} here: ${of(other)} and ${of(one)}`,
    taken === undefined
      ? 'List the permission once in the catalog: with its API, or without.'
      : 'Choose another prefix.',
  );
}

const SAID: Readonly<Record<Pattern['kind'], string>> = {
  prefix: 'prefix',
  glob: 'glob',
  'negated glob': 'glob',
  exact: 'name',
  from: 'API',
};

/** What an audience could select, and what its patterns do. */
export interface Selectable {
  readonly names: ReadonlySet<string>;
  /** What some pattern selects that is no negated glob. */
  readonly selected: ReadonlySet<string>;
  readonly catalogs: ReadonlyMap<string, Catalog>;
}

/**
 * A pattern that selects nothing, or excludes nothing, in any environment.
 * @param suggests whether to look for what was meant, which takes a while in large catalogs
 */
export function emptyPattern(
  audience: AudienceConfig,
  pattern: Pattern,
  selectable: Selectable,
  suggests: boolean,
): Problem {
  if (pattern.kind === 'from') {
    const message = 'there is no permission of this API in the catalog';
    const named = new Set([...audience.identifiers.values(), ...audience.from.map(({ key }) => key)]);
    const fix = apiFix(pattern.text, selectable.catalogs, named);
    return audience.problem('selection_empty', ['from'], message, fix, pattern.text);
  }
  const verb = pattern.kind === 'negated glob' ? 'excludes nothing' : 'selects nothing';
  return audience.problem(
    'selection_empty',
    pattern.path,
    `the ${SAID[pattern.kind]} ${JSON.stringify(pattern.text)} ${verb}`,
    nameFix(audience, pattern, selectable, suggests),
  );
}

/** An API of which the catalog has no permission in any environment. */
export function unknownApi(audience: AudienceConfig, catalogs: ReadonlyMap<string, Catalog>): Problem {
  const identifiers = [...new Set(audience.identifiers.values())];
  return audience.problem(
    'selection_empty',
    ['audience'],
    `the catalog has no permission of the API ${identifiers.join(' or ')}`,
    apiFix(identifiers[0] ?? '', catalogs, new Set()),
  );
}

/** All that the patterns select is taken away again. */
export function nothingLeft(audience: AudienceConfig): Problem {
  return audience.problem(
    'selection_empty',
    ['globs'],
    'the globs that begin with ! take away all that is selected',
    'Take one of them out.',
  );
}

/** @param named identifiers that the audience has already: they are not what was meant */
function apiFix(
  identifier: string,
  catalogs: ReadonlyMap<string, Catalog>,
  named: ReadonlySet<string>,
): string {
  const apis = new Set(
    [...catalogs.values()].flatMap(({ permissions }) =>
      permissions.flatMap(({ audience }) => audience ?? []),
    ),
  );
  const near = closest(
    identifier,
    [...apis].filter((api) => !named.has(api)),
  );
  if (near !== undefined) return `Did you mean ${near}?`;
  const some = [...apis].slice(0, 3).join(', ');
  const there = apis.size === 0 ? '' : `; the catalog has ${some}${apis.size > 3 ? ', …' : ''}`;
  return `Correct the identifier, export the API, or remove the entry where the API is gone${there}.`;
}

function nameFix(
  audience: AudienceConfig,
  { kind, text, matches }: Pattern,
  { names, selected }: Selectable,
  suggests: boolean,
): string {
  if ([...names].some((name) => matches(name, undefined))) {
    return 'Nothing else selects what it names: take it out.';
  }
  if (kind !== 'glob' && kind !== 'negated glob' && text.startsWith('!')) {
    return `Under "${kind === 'prefix' ? 'prefixes' : 'exact'}" a ! is a part of the name: negation goes under "globs".`;
  }
  if (suggests && (kind === 'prefix' || kind === 'exact') && /[*?{]/.test(text) && matchesAny(text, names)) {
    return `${JSON.stringify(text)} is a glob: move it under "globs".`;
  }
  const near = suggests
    ? suggestPattern({ kind, text }, { names, selected, written: writtenAs(audience, kind) })
    : undefined;
  if (near !== undefined) return `Did you mean ${JSON.stringify(near)}?`;
  const some = [...names].slice(0, 3).join(', ');
  const there = names.size === 0 ? '' : ` There are ${some}${names.size > 3 ? ', …' : ''}.`;
  return `Nothing is named so: correct it or take it out.${there}`;
}

function writtenAs(audience: AudienceConfig, kind: Pattern['kind']): ReadonlySet<string> {
  return new Set(kind === 'prefix' ? audience.prefixes : kind === 'exact' ? audience.exact : audience.globs);
}
