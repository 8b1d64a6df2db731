import type { AudienceConfig, ImportedApi } from '../config/audience-config.ts';
import { InputError } from '../errors.ts';
import { ProblemList } from '../source-text/problem-list.ts';
import type { ValuePath } from '../source-text/source-text.ts';
import { compileGlob, countAlternatives, GlobError } from './glob.ts';

/** One line of a selection: what it is, and which names it means. */
export interface Pattern {
  readonly kind: 'prefix' | 'glob' | 'exact' | 'from' | 'negated glob';
  /** As the config writes it. */
  readonly text: string;
  /** Where in the audience's entry it stands. */
  readonly path: ValuePath;
  /** @param from the API whose permission is taken under a prefix, or undefined for the audience's own. */
  matches(name: string, from: ImportedApi | undefined): boolean;
}

/**
 * The patterns of an audience, in the config's order.
 * @throws InputError for globs with syntax that is not ours.
 */
export function compilePatterns(audience: AudienceConfig): Pattern[] {
  const problems = new ProblemList();
  refuseMany(audience);
  const globs = audience.globs.map((text, index): Pattern => {
    const negated = text.startsWith('!');
    const path = ['globs', index];
    return {
      kind: negated ? 'negated glob' : 'glob',
      text,
      path,
      matches: compile(audience, negated ? text.slice(1) : text, path, problems),
    };
  });
  problems.assertNone();
  return [
    ...audience.prefixes.map(
      (text, index): Pattern => ({
        kind: 'prefix',
        text,
        path: ['prefixes', index],
        matches: (name) => name.startsWith(text),
      }),
    ),
    ...globs,
    ...audience.exact.map(
      (text, index): Pattern => ({
        kind: 'exact',
        text,
        path: ['exact', index],
        matches: (name) => name === text,
      }),
    ),
    // An API named under `from` is taken whole, less the globs that take away.
    ...audience.from.map(
      (taken): Pattern => ({
        kind: 'from',
        text: taken.key,
        path: ['from', taken.key],
        matches: (_, from) => from === taken,
      }),
    ),
  ];
}

function compile(
  audience: AudienceConfig,
  glob: string,
  path: ValuePath,
  problems: ProblemList,
): (name: string) => boolean {
  try {
    return compileGlob(glob);
  } catch (error) {
    if (!(error instanceof GlobError)) throw error;
    problems.add(() => audience.problem('glob_invalid', path, error.message, error.fix));
    return () => false;
  }
}

/** Every name is compared with each alternative of each glob. */
const MAX_ALTERNATIVES = 20_000;

function refuseMany(audience: AudienceConfig): void {
  let alternatives = 0;
  for (const [index, glob] of audience.globs.entries()) {
    alternatives += alternativesOf(glob);
    if (alternatives <= MAX_ALTERNATIVES) continue;
    throw new InputError([
      audience.problem(
        'glob_invalid',
        ['globs', index],
        `the globs up to here expand to more than ${MAX_ALTERNATIVES} alternatives`,
        'Write * in place of some of the braces, or prefixes in place of globs.',
      ),
    ]);
  }
}

/** One for a glob that is refused anyway. */
function alternativesOf(glob: string): number {
  try {
    return countAlternatives(glob);
  } catch {
    return 1;
  }
}
