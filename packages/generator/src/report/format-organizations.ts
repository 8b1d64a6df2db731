// What logins to organizations get, as a terminal shows it: once for all audiences of which the same holds.
import type { AudienceReport } from '../budget/audience-sizes.ts';
import { hang } from '../format/wrap.ts';

/** A note for each sentence, with the names of its audiences where there are several sentences. */
export function formatOrganizations(
  audiences: readonly Pick<AudienceReport, 'name' | 'organizations'>[],
  columns?: number | undefined,
): string[] {
  const names = new Map<string, string[]>();
  for (const { name, organizations } of audiences) {
    names.set(organizations, [...(names.get(organizations) ?? []), name]);
  }
  return [...names].map(([sentence, of]) =>
    hang('note: ', names.size === 1 ? sentence : `${of.join(', ')}: ${sentence}`, columns),
  );
}
