import { assertNoProblems, InputError, type Problem } from '../errors.ts';
import type { SourceText, ValuePath } from '../source-text/source-text.ts';
import { readAudienceAction } from './audience-action.ts';
import type { AudienceConfig } from './audience-config.ts';
import { budgetOf } from './budget.ts';
import { clientRules } from './clients.ts';
import { configProblems } from './config-problems.ts';
import { BASE_ENVIRONMENT, type Environment } from './environment.ts';
import { type PackageConfig, packageOf } from './package.ts';
import type { RawAudience, RawConfig } from './raw-config.ts';
import { resolverObstacle } from './resolver.ts';
import { assertSchema } from './schema.ts';
import { tokenAssumptionsOf } from './token.ts';

/** A config with every default filled in and every rule checked that needs no catalog. */
export interface Config {
  readonly file: string;
  /** Folders as the config (or `--out`) writes them. */
  readonly out: { readonly actions: string; readonly verifier: string; readonly report: string };
  /** What the verifier modules are published as, where they are. */
  readonly package: PackageConfig | undefined;
  readonly actionName: string;
  /** Whether each audience has an Action of its own, named after it. */
  readonly splitActions: boolean;
  readonly environments: readonly Environment[];
  readonly audiences: readonly AudienceConfig[];
  /** A problem with the value at a path. */
  problem(code: Problem['code'], path: ValuePath, message: string, fix: string): Problem;
}

/** The names of a config's Actions: one, or one for each audience. */
export function actionNames({ actionName, splitActions, audiences }: Config): string[] {
  return splitActions ? audiences.map(({ name }) => `${actionName}-${name}`) : [actionName];
}

/**
 * Reads a parsed config file.
 * @param out overrides the config's `out`.
 * @throws InputError naming every problem with file, line, column, path and fix.
 */
export function readConfig(source: SourceText, out?: string): Config {
  assertSchema(source);
  const raw = source.value as RawConfig;
  const environments = readEnvironments(raw);
  const audiences = Object.entries(raw.audiences).map(([name, audience]) =>
    readAudience(source, raw, environments, name, audience),
  );
  assertNoProblems(configProblems(source, raw, environments, audiences));
  return {
    file: source.file,
    out: foldersOf(out ?? raw.out ?? 'claimgen'),
    package: packageOf(raw.package),
    actionName: raw.action?.name ?? 'claimgen-permissions',
    splitActions: raw.action?.split === 'audience',
    environments,
    audiences,
    problem: (code, path, message, fix) => source.problem(code, path, message, fix),
  };
}

/** Folders without slashes at the end, as paths are put together by text. */
function foldersOf(out: string | Config['out']): Config['out'] {
  const trim = (path: string) => path.replaceAll('\\', '/').replace(/(?<=.)\/+$/, '');
  if (typeof out === 'string')
    return { actions: `${trim(out)}/actions`, verifier: `${trim(out)}/verifier`, report: trim(out) };
  return { actions: trim(out.actions), verifier: trim(out.verifier), report: trim(out.report) };
}

function readEnvironments(raw: RawConfig): Environment[] {
  const base =
    raw.catalog === undefined
      ? []
      : [
          {
            name: BASE_ENVIRONMENT,
            catalog: raw.catalog,
            catalogAt: ['catalog'],
            keywords: raw.keywords ?? {},
            domain: undefined,
            audiences: new Map<string, string>(),
          },
        ];
  const named = Object.entries(raw.environments ?? {}).map(([name, environment]) => ({
    name,
    catalog: environment.catalog ?? raw.catalog ?? '',
    catalogAt: environment.catalog === undefined ? ['catalog'] : ['environments', name, 'catalog'],
    keywords: environment.keywords ?? raw.keywords ?? {},
    domain: environment.domain,
    audiences: new Map(Object.entries(environment.audiences ?? {})),
  }));
  return [...base, ...named];
}

function readAudience(
  source: SourceText,
  raw: RawConfig,
  environments: readonly Environment[],
  name: string,
  own: RawAudience,
): AudienceConfig {
  const inEnvironments = (identifier: string, audience: string | undefined) =>
    new Map(
      environments.map((environment) => [
        environment.name,
        (audience === undefined ? undefined : environment.audiences.get(audience)) ?? identifier,
      ]),
    );
  const action = readAudienceAction(source, raw, name);
  const obstacle = resolverObstacle(own, action.sources);
  if (obstacle !== undefined) {
    const { path, message, fix } = obstacle;
    throw new InputError([source.problem('config_invalid', ['audiences', name, ...path], message, fix)]);
  }
  return {
    name,
    identifiers: inEnvironments(own.audience, name),
    previously: [own.previously ?? []].flat(),
    prefixes: own.prefixes ?? [],
    globs: own.globs ?? [],
    exact: own.exact ?? [],
    from: Object.entries(own.from ?? {}).map(([key, prefix]) => {
      // Where the other API is an audience of this config, an environment renames it here, too.
      const other = Object.entries(raw.audiences).find(([, { audience }]) => audience === key)?.[0];
      return { key, prefix, identifiers: inEnvironments(key, other) };
    }),
    encoding: own.encoding ?? 'bitset',
    allowNobody: own.allowNobody ?? false,
    grant: own.grant ?? 'all',
    clients: clientRules(raw, environments, name),
    claim: own.claim ?? raw.claim,
    resolver: own.resolver ?? false,
    ...action,
    budget: budgetOf(source, own.budget === undefined ? ['budget'] : ['audiences', name, 'budget'], {
      ...raw.budget,
      ...own.budget,
    }),
    // Permissions that are granted on request are requested: the proof must count them as scopes.
    token: tokenAssumptionsOf({ ...raw.token, ...own.token }, own.grant === 'requested' ? 'all' : undefined),
    problem: (code, path, message, fix, key) =>
      source.problem(code, ['audiences', name, ...path], message, fix, key),
  };
}
