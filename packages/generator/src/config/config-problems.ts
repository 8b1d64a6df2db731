// Every check of a config before its catalogs are read, in the order that problems are reported in.
import type { Problem } from '../errors.ts';
import type { SourceText } from '../source-text/source-text.ts';
import type { AudienceConfig } from './audience-config.ts';
import { clientProblems } from './clients.ts';
import { edgeSpaceProblems } from './edge-space.ts';
import type { Environment } from './environment.ts';
import { environmentProblems, keywordProblems } from './environment-problems.ts';
import { fromItselfProblems, fromTwiceProblems, sameIdentifierProblems } from './identifier-problems.ts';
import {
  actionNameProblems,
  claimProblems,
  previousNameProblems,
  sameNameProblems,
} from './name-problems.ts';
import type { RawConfig } from './raw-config.ts';
import { tokenProblems } from './token-problems.ts';

/** What is wrong with a config that fits the schema, as far as no catalog is needed to tell. */
export function configProblems(
  source: SourceText,
  raw: RawConfig,
  environments: readonly Environment[],
  audiences: readonly AudienceConfig[],
): Problem[] {
  return [
    ...actionNameProblems(source, raw),
    ...clientProblems(source, raw, environments),
    ...environmentProblems(source, raw, environments),
    ...keywordProblems(source, raw),
    ...claimProblems(source, raw),
    ...edgeSpaceProblems(source, raw),
    ...tokenProblems(source, raw),
    ...sameNameProblems(source, audiences),
    ...previousNameProblems(audiences),
    ...sameIdentifierProblems(source, environments, audiences),
    ...audiences.flatMap((audience) => fromItselfProblems(audience)),
    ...audiences.flatMap((audience) => fromTwiceProblems(audience)),
    ...audiences.flatMap((audience) => emptyAudienceProblems(audience)),
  ];
}

function emptyAudienceProblems(audience: AudienceConfig): Problem[] {
  const patterns =
    audience.prefixes.length +
    audience.exact.length +
    audience.globs.filter((glob) => !glob.startsWith('!')).length;
  if (patterns > 0 || audience.from.length > 0) return [];
  return [
    audience.problem(
      'config_invalid',
      [],
      'this audience selects nothing',
      'Add prefixes, globs, exact or from; globs: ["*"] selects every permission of the API.',
    ),
  ];
}
