import { assertNoProblems, type Problem } from '../errors.ts';
import type { Source, ValuePath } from '../source.ts';
import { type Budget, budgetOf } from './budget.ts';
import { configProblems } from './config-problems.ts';
import { BASE_ENVIRONMENT, type Environment } from './environment.ts';
import { type PermissionSource, readPermissionSources } from './permission-source.ts';
import type { RawAudience, RawConfig } from './raw-config.ts';
import { schemaProblems } from './schema.ts';
import { type TokenAssumptions, tokenAssumptionsOf } from './token.ts';

/** What one API's tokens carry. */
export interface AudienceConfig {
  readonly name: string;
  /** API identifier by environment name. */
  readonly identifiers: ReadonlyMap<string, string>;
  readonly prefixes: readonly string[];
  /** Those that begin with `!` take away. */
  readonly globs: readonly string[];
  readonly exact: readonly string[];
  /** Other APIs whose permissions are taken under a prefix: by environment, identifier to prefix. */
  readonly from: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly encoding: 'bitset' | 'names';
  readonly claim: string;
  readonly sources: readonly PermissionSource[];
  readonly onError: 'deny' | 'omit';
  readonly budget: Budget;
  readonly token: TokenAssumptions;
  /** A problem with this audience's entry in the config. */
  problem(code: Problem['code'], path: ValuePath, message: string, mend: string, key?: string): Problem;
}

/** A config with every default filled in and every rule checked that needs no catalog. */
export interface Config {
  readonly file: string;
  /** Folders as the config (or `--out`) writes them. */
  readonly out: { readonly actions: string; readonly verifier: string; readonly report: string };
  readonly actionName: string;
  readonly environments: readonly Environment[];
  readonly audiences: readonly AudienceConfig[];
}

/**
 * Reads a parsed config file.
 * @param out overrides the config's `out`.
 * @throws InputError naming every problem with file, line, column, path and mend.
 */
export function readConfig(source: Source, out?: string): Config {
  assertNoProblems(schemaProblems(source));
  const raw = source.value as RawConfig;
  const environments = readEnvironments(raw);
  const audiences = Object.entries(raw.audiences).map(([name, audience]) =>
    readAudience(source, raw, environments, name, audience),
  );
  assertNoProblems(configProblems(source, raw, environments, audiences));
  return {
    file: source.file,
    out: foldersOf(out ?? raw.out ?? 'claimgen'),
    actionName: raw.action?.name ?? 'claimgen-permissions',
    environments,
    audiences,
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
      : [{ name: BASE_ENVIRONMENT, catalog: raw.catalog, keywords: raw.keywords ?? {} }];
  const named = Object.entries(raw.environments ?? {}).map(([name, environment]) => ({
    name,
    catalog: environment.catalog ?? raw.catalog ?? '',
    keywords: environment.keywords ?? raw.keywords ?? {},
  }));
  return [...base, ...named];
}

function readAudience(
  source: Source,
  raw: RawConfig,
  environments: readonly Environment[],
  name: string,
  own: RawAudience,
): AudienceConfig {
  const identifierIn = (environment: string, audience: string): string | undefined =>
    raw.environments?.[environment]?.audiences?.[audience] ?? raw.audiences[audience]?.audience;
  const fromIn = (environment: string) =>
    new Map(
      Object.entries(own.from ?? {}).map(([identifier, prefix]) => {
        // Where the other API is an audience of this config, an environment renames it here, too.
        const other = Object.keys(raw.audiences).find((key) => raw.audiences[key]?.audience === identifier);
        return [other === undefined ? identifier : (identifierIn(environment, other) as string), prefix];
      }),
    );
  return {
    name,
    identifiers: new Map(
      environments.map((environment) => [environment.name, identifierIn(environment.name, name) as string]),
    ),
    prefixes: own.prefixes ?? [],
    globs: own.globs ?? [],
    exact: own.exact ?? [],
    from: new Map(environments.map((environment) => [environment.name, fromIn(environment.name)])),
    encoding: own.encoding ?? 'bitset',
    claim: own.claim ?? raw.claim,
    sources:
      own.action?.source === undefined
        ? readPermissionSources(source, ['action', 'source'], raw.action?.source ?? ['roles'])
        : readPermissionSources(source, ['audiences', name, 'action', 'source'], own.action.source),
    onError: own.action?.onError ?? raw.action?.onError ?? 'deny',
    budget: budgetOf(source, own.budget === undefined ? ['budget'] : ['audiences', name, 'budget'], {
      ...raw.budget,
      ...own.budget,
    }),
    token: tokenAssumptionsOf({ ...raw.token, ...own.token }),
    problem: (code, path, message, mend, key) =>
      source.problem(code, ['audiences', name, ...path], message, mend, key),
  };
}
