import type { Catalog } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/config.ts';
import type { Problem } from '../errors.ts';
import { closest } from '../format/closest.ts';
import type { Candidate } from './candidate.ts';
import type { Pattern } from './pattern.ts';

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

/**
 * A pattern that selects nothing, or takes nothing away, in any environment.
 * @param suggests whether to look for what may have been meant
 */
export function emptyPattern(
  audience: AudienceConfig,
  pattern: Pattern,
  names: ReadonlySet<string>,
  catalogs: ReadonlyMap<string, Catalog>,
  suggests: boolean,
): Problem {
  if (pattern.kind === 'from') {
    const message = 'there is no permission of this API in the catalog';
    return audience.problem(
      'selection_empty',
      ['from'],
      message,
      apiMend(pattern.text, catalogs),
      pattern.text,
    );
  }
  const verb = pattern.kind === 'negated glob' ? 'takes nothing away' : 'selects nothing';
  return audience.problem(
    'selection_empty',
    pattern.path,
    `the ${SAID[pattern.kind]} ${JSON.stringify(pattern.text)} ${verb}`,
    nameMend(pattern, names, suggests),
  );
}

/** An API of which the catalog has no permission in any environment. */
export function unknownApi(audience: AudienceConfig, catalogs: ReadonlyMap<string, Catalog>): Problem {
  const identifiers = [...new Set(audience.identifiers.values())];
  return audience.problem(
    'selection_empty',
    ['audience'],
    `the catalog has no permission of the API ${identifiers.join(' or ')}`,
    apiMend(identifiers[0] ?? '', catalogs),
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

function apiMend(identifier: string, catalogs: ReadonlyMap<string, Catalog>): string {
  const apis = new Set(
    [...catalogs.values()].flatMap(({ permissions }) =>
      permissions.flatMap(({ audience }) => audience ?? []),
    ),
  );
  const near = closest(identifier, apis);
  if (near !== undefined) return `Did you mean ${near}?`;
  const some = [...apis].slice(0, 3).join(', ');
  const there = apis.size === 0 ? '' : `; the catalog has ${some}${apis.size > 3 ? ', …' : ''}`;
  return `Correct the identifier, or export the API${there}.`;
}

function nameMend(pattern: Pattern, names: ReadonlySet<string>, suggests: boolean): string {
  if ([...names].some((name) => pattern.matches(name, undefined))) {
    return 'Nothing else selects what it names: take it out.';
  }
  const near = suggests ? nearPattern(pattern, names) : undefined;
  if (near !== undefined) return `Did you mean ${JSON.stringify(near)}?`;
  const some = [...names].slice(0, 3).join(', ');
  const there = names.size === 0 ? '' : ` There are ${some}${names.size > 3 ? ', …' : ''}.`;
  return `Nothing is named so: correct it or take it out.${there}`;
}

/** The pattern with its literal beginning as the nearest name has it. */
function nearPattern({ kind, text }: Pattern, names: ReadonlySet<string>): string | undefined {
  if (kind === 'exact') return closest(text, names);
  const [bang, glob] = kind === 'negated glob' ? ['!', text.slice(1)] : ['', text];
  const literal = kind === 'prefix' ? glob : (/^[^*?{]*/.exec(glob)?.[0] ?? '');
  // As few characters say nothing about what was meant.
  if (literal.length < 3) return undefined;
  const beginnings = [-1, 0, 1].flatMap((more) =>
    [...names].map((name) => name.slice(0, literal.length + more)),
  );
  const likely = beginnings.filter(
    (beginning) => beginning !== literal && /[:/._-]$/.test(beginning) === /[:/._-]$/.test(literal),
  );
  const near = closest(literal, likely);
  return near === undefined ? undefined : `${bang}${near}${glob.slice(literal.length)}`;
}
