// Whose tokens carry permissions: `clients` of an audience, which names clients of one tenant by their ids.
import type { ClientRule } from '@claimgen/action-runtime';
import type { Problem } from '../errors.ts';
import type { SourceText } from '../source-text/source-text.ts';
import type { ValuePath } from '../source-text/value-path.ts';
import { BASE_ENVIRONMENT, type Environment } from './environment.ts';
import type { RawConfig } from './raw-config.ts';

/** An audience's rule in each environment that has one. */
export function clientRules(
  raw: RawConfig,
  environments: readonly Environment[],
  audience: string,
): ReadonlyMap<string, ClientRule> {
  return new Map(
    environments.flatMap(({ name }): [string, ClientRule][] => {
      const rule =
        name === BASE_ENVIRONMENT
          ? raw.audiences[audience]?.clients
          : own(raw.environments?.[name]?.clients, audience);
      return rule === undefined ? [] : [[name, rule]];
    }),
  );
}

function own(
  rules: Readonly<Record<string, ClientRule>> | undefined,
  audience: string,
): ClientRule | undefined {
  return rules !== undefined && Object.hasOwn(rules, audience) ? rules[audience] : undefined;
}

/** What is wrong with the clients of a config. */
export function clientProblems(
  source: SourceText,
  raw: RawConfig,
  environments: readonly Environment[],
): Problem[] {
  const rules = [
    ...Object.entries(raw.audiences).map(([name, { clients }]) => ({
      path: ['audiences', name, 'clients'],
      clients,
    })),
    ...Object.entries(raw.environments ?? {}).flatMap(([environment, { clients }]) =>
      Object.entries(clients ?? {}).map(([name, rule]) => ({
        path: ['environments', environment, 'clients', name],
        clients: rule,
      })),
    ),
  ];
  return [
    ...rules.flatMap(({ path, clients }) =>
      clients === undefined ? [] : formProblems(source, path, clients),
    ),
    ...unknownAudiences(source, raw),
    ...missingRules(source, raw, environments),
  ];
}

function formProblems(source: SourceText, path: ValuePath, rule: object): Problem[] {
  if (Object.keys(rule).length === 1) return [];
  return [
    source.problem(
      'config_invalid',
      path,
      'clients are either named or excluded',
      'Write { only: [<client ids>] } or { except: [<client ids>] }.',
    ),
  ];
}

function unknownAudiences(source: SourceText, raw: RawConfig): Problem[] {
  return Object.entries(raw.environments ?? {}).flatMap(([environment, { clients }]) =>
    Object.keys(clients ?? {})
      .filter((name) => !Object.hasOwn(raw.audiences, name))
      .map((name) =>
        source.problem(
          'config_invalid',
          ['environments', environment, 'clients'],
          `there is no audience named ${JSON.stringify(name)}`,
          `Use the names under "audiences": ${Object.keys(raw.audiences).join(', ')}.`,
          name,
        ),
      ),
  );
}

/** Client ids belong to one tenant: a rule that holds in one environment must not be silently absent in another. */
function missingRules(source: SourceText, raw: RawConfig, environments: readonly Environment[]): Problem[] {
  return Object.keys(raw.audiences).flatMap((name) => {
    const rules = clientRules(raw, environments, name);
    const isStated = rules.size > 0 || raw.audiences[name]?.clients !== undefined;
    return environments
      .filter((environment) => isStated && !rules.has(environment.name))
      .map((environment) => {
        const isBase = environment.name === BASE_ENVIRONMENT;
        const place = isBase
          ? `audiences.${name}.clients`
          : `environments.${environment.name}.clients.${name}`;
        return source.problem(
          'config_invalid',
          isBase ? ['audiences', name] : ['environments', environment.name],
          `the clients of ${name} are limited elsewhere, and not here: client ids belong to one tenant`,
          `Add ${place}: { only: [<client ids>] }, or { except: [] } for all clients.`,
        );
      });
  });
}

/** Whose tokens carry permissions. */
export function describeClients(rule: ClientRule, show: (text: string) => string): string {
  const list = (ids: readonly string[]) => (ids.length === 0 ? 'none' : ids.map(show).join(', '));
  return 'only' in rule
    ? `for the clients ${list(rule.only)}`
    : `for all clients except ${list(rule.except)}`;
}
