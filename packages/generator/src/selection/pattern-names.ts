import type { Catalog } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/audience-config.ts';
import { compilePatterns, type Pattern } from './pattern.ts';
import { PatternIndex } from './pattern-index.ts';
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
  const index = new PatternIndex(patterns);
  const names = patterns.map(() => new Set<string>());
  for (const { name, from } of candidatesOf(audience, environment, catalog)) {
    const matching = index.matching(name, from);
    const negated = matching.filter((number) => patterns[number]?.kind === 'negated glob');
    if (negated.length === matching.length) continue;
    for (const number of negated.length > 0 ? negated : matching) names[number]?.add(name);
  }
  return patterns.map(({ kind, text }, number) => ({ kind, text, names: [...(names[number] ?? [])].sort() }));
}
