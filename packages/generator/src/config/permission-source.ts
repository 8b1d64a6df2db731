import type { Source as ActionSource, OnError, RolesSource } from '@claimgen/action-runtime';
import { InputError } from '../errors.ts';
import type { SourceText, ValuePath } from '../source-text/source-text.ts';
import { eventPathProblem } from './event-path.ts';
import { type RawManagementApi, readManagementApi } from './management-api.ts';

/** Where the user's permissions come from at login, as the Action reads it. */
export type PermissionSource = ActionSource;

/** An entry of `action.source` as the config writes it. */
export type RawPermissionSource = 'roles' | RawSourceMap;

interface RawSourceMap {
  roles?: { unknownRoles?: 'ignore' | 'deny'; groups?: boolean };
  event?: string;
  trusted?: boolean;
  managementApi?: RawManagementApi;
  organizations?: 'ask' | 'trust-names' | 'tenant-wide' | 'refuse';
  onError?: OnError;
  onErrorRefresh?: OnError;
}

/** What holds for entries that don't say it themselves. */
export interface SourceDefaults {
  readonly onError: OnError;
  /** What a login to an organization does with the source `roles`. */
  readonly organizations: RolesSource['organizations'];
}

/**
 * Reads a list of sources.
 * @throws InputError
 */
export function readPermissionSources(
  source: SourceText,
  path: ValuePath,
  raw: readonly RawPermissionSource[],
  defaults: SourceDefaults,
): PermissionSource[] {
  const sources = raw.map((entry, index) =>
    readPermissionSource(source, [...path, index], entry === 'roles' ? { roles: {} } : entry, defaults),
  );
  for (const kind of ['roles', 'managementApi']) {
    const [, second] = sources.flatMap((read, index) => (read.kind === kind ? [index] : []));
    if (second === undefined) continue;
    throw new InputError([
      source.problem(
        'config_invalid',
        [...path, second],
        `the source ${kind} is listed twice`,
        'Merge the two entries into one.',
      ),
    ]);
  }
  return sources;
}

function readPermissionSource(
  source: SourceText,
  path: ValuePath,
  raw: RawSourceMap,
  defaults: SourceDefaults,
): PermissionSource {
  const fail = (at: ValuePath, message: string, fix: string): never => {
    throw new InputError([source.problem('config_invalid', at, message, fix)]);
  };
  const kinds = (['roles', 'event', 'managementApi'] as const).filter((kind) => raw[kind] !== undefined);
  if (kinds.length !== 1) {
    fail(path, 'an entry is one source', 'Write one of roles, event and managementApi in each entry.');
  }
  const onError = raw.onError ?? defaults.onError;
  const failing = { onError, onErrorRefresh: raw.onErrorRefresh ?? onError };
  /** What a list can say, which knows no organizations. */
  const tenantWideOrRefuse = (): 'tenant-wide' | 'refuse' => {
    const organizations = raw.organizations ?? 'refuse';
    return organizations === 'tenant-wide' || organizations === 'refuse'
      ? organizations
      : fail(
          [...path, 'organizations'],
          `${organizations} is for roles, and this list knows no organizations`,
          'Use one of: tenant-wide, refuse (docs/sources.md, "Organizations").',
        );
  };
  if (raw.event !== undefined) {
    const eventPath = raw.event.replace(/^event\./, '').split('.');
    const problem = eventPathProblem(eventPath, raw.trusted ?? false);
    if (problem !== undefined) fail([...path, 'event'], problem.message, problem.fix);
    return { kind: 'event', path: eventPath, organizations: tenantWideOrRefuse(), ...failing };
  }
  if (raw.trusted !== undefined) {
    fail([...path, 'trusted'], 'only an array in the event can be trusted', 'Remove trusted.');
  }
  if (raw.managementApi !== undefined) {
    return {
      kind: 'managementApi',
      ...readManagementApi(raw.managementApi),
      organizations: tenantWideOrRefuse(),
      ...failing,
    };
  }
  const groups = raw.roles?.groups ?? false;
  const organizations = raw.organizations ?? defaults.organizations;
  if (organizations === 'tenant-wide') {
    return fail(
      [...path, 'organizations'],
      'tenant-wide is for lists that hold in the whole tenant, and a login to an organization has the roles of its member',
      'Use one of: ask, trust-names, refuse (docs/sources.md, "Organizations").',
    );
  }
  if (organizations === 'trust-names' && groups) {
    return fail(
      [...path, 'organizations'],
      "with groups: true Auth0 says of each role whether it is the tenant's, and no name has to be trusted",
      'Remove organizations, or groups.',
    );
  }
  return {
    kind: 'roles',
    unknownRoles: raw.roles?.unknownRoles ?? 'ignore',
    groups,
    organizations,
    ...failing,
  };
}
