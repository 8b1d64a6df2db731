// What decides over an audience's tokens other than its permissions, in the config's own words.

import { factsOf } from '../sources/facts-of.ts';
import type { PermissionSource } from '../sources/source-facts.ts';
import type { AudiencePlan } from './audience-plan.ts';

/**
 * Every setting by its name in the config, with its value as text. Keys that are not named here are taken as they are, so that none can be
 * forgotten.
 * @param domain the tenant's, where the environment has another than the config's managementApi
 */
export function audienceSettings(
  { audience, environment, identifier }: Pick<AudiencePlan, 'audience' | 'environment' | 'identifier'>,
  domain?: string | undefined,
): ReadonlyMap<string, string> {
  const {
    name: _name,
    previously: _previously,
    problem: _problem,
    // What patterns select is compared by name.
    prefixes: _prefixes,
    globs: _globs,
    exact: _exact,
    from: _from,
    identifiers: _identifiers,
    // Tokens are the same with it.
    resolver: _resolver,
    clients,
    grant,
    allowNobody,
    sources,
    budget,
    token,
    encoding,
    claim,
    asOf,
    ...action
  } = audience;
  const { bytes, decidedBy, limits: _limits, ...users } = budget;
  return new Map([
    ...leaves('audience', identifier),
    ...leaves('clients', clients.get(environment)),
    ...leaves('grant', grant),
    ...leaves('allowNobody', allowNobody),
    ...leaves('claim', claim),
    ...leaves('encoding', encoding),
    ...leaves(
      'action.source',
      sources
        .map((source) => factsOf(source).name)
        .sort()
        .join(', '),
    ),
    ...sources.flatMap((source) =>
      leaves(`action.source ${factsOf(source).name}`, settingsOf(source, domain)),
    ),
    ...leaves('action', action),
    ...leaves('action.asOf', asOf || undefined),
    ...leaves('budget', `${bytes} (${decidedBy})`),
    ...leaves('budget', users),
    ...leaves('token', token),
  ]);
}

/** Its settings, with the domain of the environment. */
function settingsOf(source: PermissionSource, domain: string | undefined): object {
  return factsOf(domain === undefined ? source : factsOf(source).inDomain(domain)).settings;
}

/** Each value with its path; what is not set is left out. */
function leaves(path: string, value: unknown): [string, string][] {
  if (value === undefined) return [];
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, below]) => leaves(`${path}.${key}`, below));
  }
  return [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
}
