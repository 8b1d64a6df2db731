import { parseUrl } from '#auth0/parse-url';
import type { Problem } from '../errors.ts';
import { docsPage } from '../format/docs-page.ts';
import type { SourceText, ValuePath } from '../source-text/source-text.ts';
import type { AudienceConfig } from './audience-config.ts';
import { claimNameProblem } from './claim-name.ts';
import { clientProblems } from './clients.ts';
import { edgeSpaceProblems } from './edge-space.ts';
import { BASE_ENVIRONMENT, type Environment } from './environment.ts';
import type { RawConfig } from './raw-config.ts';
import { type RawToken, STANDARD_SCOPES, scopesIn } from './token.ts';

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

function environmentProblems(
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

function keywordProblems(source: SourceText, raw: RawConfig): Problem[] {
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

function claimProblems(source: SourceText, raw: RawConfig): Problem[] {
  const places: [ValuePath, string | undefined][] = [
    [['claim'], raw.claim],
    ...Object.entries(raw.audiences).map(([name, audience]): [ValuePath, string | undefined] => [
      ['audiences', name, 'claim'],
      audience.claim,
    ]),
  ];
  return places.flatMap(([path, claim]) => {
    const problem = claim === undefined ? undefined : claimNameProblem(claim);
    return problem === undefined
      ? []
      : [source.problem('config_invalid', path, problem.message, problem.fix)];
  });
}

/** What the proof would take for less than it is. */
function tokenProblems(source: SourceText, raw: RawConfig): Problem[] {
  const places: [ValuePath, RawToken | undefined][] = [
    [['token'], raw.token],
    ...Object.entries(raw.audiences).map(([name, { token }]): [ValuePath, RawToken | undefined] => [
      ['audiences', name, 'token'],
      token,
    ]),
  ];
  return places.flatMap(([path, { issuer, scope } = {}]) => [
    ...(issuer === undefined || /^https?:$/.test(parseUrl(issuer)?.protocol ?? '')
      ? []
      : [
          source.problem(
            'config_invalid',
            [...path, 'issuer'],
            `${JSON.stringify(issuer)} is not a URL, as the iss claim of tokens is`,
            'Write https://, the domain that users log in at, and a slash: https://acme.eu.auth0.com/.',
          ),
        ]),
    ...(scope === undefined ? [] : scopeProblems(source, [...path, 'scope'], scope)),
  ]);
}

/** `all` is a word of its own, and only as it is; of scopes with commas between them none would be known. */
function scopeProblems(source: SourceText, path: ValuePath, text: string): Problem[] {
  const scopes = scopesIn(text);
  const fail = (message: string, fix: string) => [source.problem('config_invalid', path, message, fix)];
  if (scopes.some((scope) => scope.toLowerCase() === 'all') && scopes.join(' ') !== 'all') {
    return fail(
      `${JSON.stringify(text)} has the word all among scopes, or in capitals`,
      'Write scope: all, which counts the standard scopes and every scope of the API.',
    );
  }
  const standard = new Set(scopesIn(STANDARD_SCOPES));
  const joined = scopes.find((scope) =>
    scope.split(',').some((part) => part !== scope && standard.has(part)),
  );
  return joined === undefined
    ? []
    : fail(`${JSON.stringify(joined)} would be one scope`, 'Write spaces between scopes, and no commas.');
}

/** A layout has one key: an earlier one must be gone, and belong to one audience. */
function previousNameProblems(audiences: readonly AudienceConfig[]): Problem[] {
  const keys = new Set(audiences.map(({ name }) => name));
  const seen = new Map<string, string>();
  return audiences.flatMap((audience) =>
    audience.previously.flatMap((earlier): Problem[] => {
      const fail = (message: string, fix: string) => [
        audience.problem('config_invalid', ['previously'], message, fix),
      ];
      const other = seen.get(earlier);
      seen.set(earlier, audience.name);
      if (earlier === audience.name)
        return fail('previously names the key of the audience itself', 'Remove it.');
      if (keys.has(earlier)) {
        return fail(
          `previously names ${earlier}, which is a key of this config still`,
          `Remove previously where ${audience.name} is another API; to exchange keys, rename one at a time and run claimgen build after each (${docsPage('explanation/layouts.md')}).`,
        );
      }
      if (other === undefined) return [];
      return fail(
        `${other} continues the layout of ${earlier} already`,
        `Name ${earlier} in the audience that is its API now.`,
      );
    }),
  );
}

/** Names become files, and macOS and Windows fold case. */
function sameNameProblems(source: SourceText, audiences: readonly AudienceConfig[]): Problem[] {
  const seen = new Map<string, string>();
  return audiences.flatMap(({ name }) => {
    const other = seen.get(name.toLowerCase());
    seen.set(name.toLowerCase(), name);
    if (other === undefined) return [];
    return [
      source.problem(
        'config_invalid',
        ['audiences'],
        `the names ${other} and ${name} differ in case alone, and files are named after them`,
        'Rename one of them.',
        name,
      ),
    ];
  });
}

/** The Action goes by the identifier alone: two audiences of one API can't be told apart. */
function sameIdentifierProblems(
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

/** Each permission has one place. */
function fromItselfProblems(audience: AudienceConfig): Problem[] {
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
function fromTwiceProblems({ from, problem }: AudienceConfig): Problem[] {
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

/** What no file system takes in a name, as the Action's folder is named after it. */
function actionNameProblems(source: SourceText, raw: RawConfig): Problem[] {
  const name = raw.action?.name ?? '';
  if (!/[/\\:*?"<>|\p{Cc}\p{Cs}]|^[. ]|[. ]$/u.test(name)) return [];
  return [
    source.problem(
      'config_invalid',
      ['action', 'name'],
      "the Action's name can't be the name of a folder",
      'Leave out / \\ : * ? " < > | and control characters, and dots and spaces at either end.',
    ),
  ];
}
