import type { Layout } from '@claimgen/verifier';
import type { AudienceConfig } from '../config/audience-config.ts';
import { assertNoProblems, InputError, type Problem } from '../errors.ts';
import { type AudienceLayout, namesOf } from '../layout/layout.ts';
import { readAudienceLayout } from '../layout/lock.ts';
import { parseSourceText } from '../source-text/source-text.ts';

const FIX = 'Take the file from a deployed API, or from the branch that it was deployed from.';
const FORMAT = 'claimgen-layout-1';

/** What the verifier of one audience needs, in every environment. */
export function verifierLayout(
  audience: AudienceConfig,
  layout: AudienceLayout,
  names: readonly string[],
): Layout {
  const identifiers = new Set(audience.identifiers.values());
  const selected = new Set(names);
  const held = new Set(layout.lineages.flatMap(namesOf));
  const [identifier] = identifiers;
  return {
    format: FORMAT,
    name: audience.name,
    // Where environments differ, the verifier must be told which one it stands in.
    ...(identifiers.size === 1 && identifier !== undefined ? { audience: identifier } : {}),
    claim: audience.claim,
    active: layout.active,
    // Verifiers don't read these two; a lost lock comes back with them.
    ...(layout.from === undefined ? {} : { from: layout.from }),
    ...(layout.previously === undefined ? {} : { previously: layout.previously }),
    lineages: layout.lineages,
    withdrawn: [...held].filter((name) => !selected.has(name)).sort(),
  };
}

/**
 * The layout inside a verifier's `.json`, from which a lost lock is rebuilt.
 * @throws InputError
 */
export function layoutOfVerifier(
  file: string,
  text: string,
): { readonly name: string; readonly layout: AudienceLayout } {
  const source = parseSourceText(file, text);
  const value = source.value as Partial<Layout> | null;
  const problems: Problem[] = [];
  if (value?.format !== FORMAT || typeof value.name !== 'string') {
    throw new InputError([source.problem('lock_invalid', [], 'this is not the layout of a verifier', FIX)]);
  }
  const { name } = value;
  const layout = readAudienceLayout(source, [], name, value, problems, FIX);
  assertNoProblems(problems);
  return { name, layout };
}
