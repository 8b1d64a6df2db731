// What is wrong with environments: their catalogs, the audiences they name, and the keywords of auth0-deploy-cli.
import type { Problem } from '../errors.ts';
import type { SourceText, ValuePath } from '../source-text/source-text.ts';
import type { Environment } from './environment.ts';
import type { RawConfig } from './raw-config.ts';

export function environmentProblems(
  source: SourceText,
  raw: RawConfig,
  environments: readonly Environment[],
): Problem[] {
  if (environments.length === 0) {
    return [
      source.problem(
        'config_invalid',
        [],
        'there is no catalog',
        'Add catalog: with an auth0-deploy-cli folder, its tenant.yaml, or a catalog.json.',
      ),
    ];
  }
  return Object.entries(raw.environments ?? {}).flatMap(([name, environment]) => [
    ...((environment.catalog ?? raw.catalog) === undefined
      ? [
          source.problem(
            'config_invalid',
            ['environments', name],
            'this environment has no catalog',
            'Add catalog: here, or at the top of the file.',
            'catalog',
          ),
        ]
      : []),
    ...Object.keys(environment.audiences ?? {})
      .filter((audience) => !Object.hasOwn(raw.audiences, audience))
      .map((audience) =>
        source.problem(
          'config_invalid',
          ['environments', name, 'audiences'],
          `there is no audience named ${JSON.stringify(audience)}`,
          `Use the names under "audiences": ${Object.keys(raw.audiences).join(', ')}.`,
          audience,
        ),
      ),
  ]);
}

export function keywordProblems(source: SourceText, raw: RawConfig): Problem[] {
  const places: [ValuePath, object | undefined][] = [
    [['keywords'], raw.keywords],
    ...Object.entries(raw.environments ?? {}).map(([name, { keywords }]): [ValuePath, object | undefined] => [
      ['environments', name, 'keywords'],
      keywords,
    ]),
  ];
  return places.flatMap(([path, keywords]) =>
    Object.keys(keywords ?? {})
      .filter((key) => !isRegularExpression(key))
      .map((key) =>
        source.problem(
          'config_invalid',
          path,
          `auth0-deploy-cli reads ${JSON.stringify(key)} as a regular expression, and it is none`,
          'Put a backslash before each of ( ) [ ] { } * + ? that is part of the name.',
          key,
        ),
      ),
  );
}

/** auth0-deploy-cli finds a keyword by a regular expression of its name (lib/tools/utils.js). */
function isRegularExpression(text: string): boolean {
  try {
    new RegExp(`##${text}##`);
    return true;
  } catch {
    return false;
  }
}
