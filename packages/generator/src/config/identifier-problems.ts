// One API that a config has twice, in any of its environments: as two audiences, or below `from`.
import type { Problem } from '../errors.ts';
import type { SourceText } from '../source-text/source-text.ts';
import type { AudienceConfig } from './audience-config.ts';
import { BASE_ENVIRONMENT, type Environment } from './environment.ts';

/** The Action goes by the identifier alone: two audiences of one API can't be told apart. */
export function sameIdentifierProblems(
  source: SourceText,
  environments: readonly Environment[],
  audiences: readonly AudienceConfig[],
): Problem[] {
  const clashesInBase = (audience: AudienceConfig, other: string) => {
    const identifier = audience.identifiers.get(BASE_ENVIRONMENT);
    return (
      identifier !== undefined &&
      identifier === audiences.find(({ name }) => name === other)?.identifiers.get(BASE_ENVIRONMENT)
    );
  };
  return environments.flatMap((environment) => {
    const seen = new Map<string, string>();
    return audiences.flatMap((audience) => {
      const identifier = audience.identifiers.get(environment.name) as string;
      const other = seen.get(identifier);
      seen.set(identifier, audience.name);
      if (other === undefined) return [];
      // Said once: an environment that keeps the identifiers of the base has its problem, too.
      if (environment.name !== BASE_ENVIRONMENT && clashesInBase(audience, other)) return [];
      const where = environment.name === BASE_ENVIRONMENT ? '' : ` in the environment ${environment.name}`;
      const culprit = environment.audiences.has(audience.name) ? audience.name : other;
      return [
        source.problem(
          'config_invalid',
          environment.audiences.has(culprit)
            ? ['environments', environment.name, 'audiences', culprit]
            : ['audiences', audience.name, 'audience'],
          `the audiences ${other} and ${audience.name} have one API identifier${where}`,
          'Merge the two entries into one, or correct the identifier.',
        ),
      ];
    });
  });
}

/** Each permission has one place. */
export function fromItselfProblems(audience: AudienceConfig): Problem[] {
  return audience.from
    .filter(({ identifiers }) =>
      [...identifiers].some(([environment, taken]) => taken === audience.identifiers.get(environment)),
    )
    .map(({ key }) =>
      audience.problem(
        'config_invalid',
        ['from'],
        "this is the audience's own API, whose permissions need no prefix",
        'Select them with prefixes, globs or exact.',
        key,
      ),
    );
}

/** An environment can make one API of two: of its permissions, roles would grant only what is under one of the prefixes. */
export function fromTwiceProblems({ from, problem }: AudienceConfig): Problem[] {
  return from.flatMap((imported, index) => {
    for (const [environment, identifier] of imported.identifiers) {
      const other = from
        .slice(0, index)
        .find(({ identifiers }) => identifiers.get(environment) === identifier);
      if (other === undefined) continue;
      return [
        problem(
          'config_invalid',
          ['from'],
          `this and ${other.key} are one API in the environment ${environment}, ${identifier}, whose permissions go by one prefix`,
          `Remove one of the two, or correct the identifiers under environments.${environment}.audiences.`,
          imported.key,
        ),
      ];
    }
    return [];
  });
}
