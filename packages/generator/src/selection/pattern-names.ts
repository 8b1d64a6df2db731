import type { Catalog } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/config.ts';
import { compilePatterns, type Pattern } from './pattern.ts';
import { candidatesOf } from './select.ts';

/** A pattern with the names that it selects in one environment, or takes away. */
export interface PatternNames {
  readonly kind: Pattern['kind'];
  readonly text: string;
  /** Sorted; of a pattern that selects, those that no negated glob takes away. */
  readonly names: readonly string[];
}

/** What each pattern selects, in the config's order. */
export function patternNames(
  audience: AudienceConfig,
  environment: string,
  catalog: Catalog,
): PatternNames[] {
  const patterns = compilePatterns(audience);
  const names = patterns.map(() => new Set<string>());
  for (const { name, from } of candidatesOf(audience, environment, catalog)) {
    const matching = patterns.flatMap((pattern, index) => (pattern.matches(name, from) ? [index] : []));
    const negated = matching.filter((index) => patterns[index]?.kind === 'negated glob');
    if (negated.length === matching.length) continue;
    for (const index of negated.length > 0 ? negated : matching) names[index]?.add(name);
  }
  return patterns.map(({ kind, text }, index) => ({ kind, text, names: [...(names[index] ?? [])].sort() }));
}
