import type { Source as ActionSource, OnError } from '@claimgen/action-runtime';
import { InputError } from '../errors.ts';
import type { Source, ValuePath } from '../source-text/source.ts';
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
  organizations?: 'tenant-wide';
  onError?: OnError;
  onErrorRefresh?: OnError;
}

/**
 * Reads a list of sources.
 * @param onError what holds for entries that don't say it
 * @throws InputError
 */
export function readPermissionSources(
  source: Source,
  path: ValuePath,
  raw: readonly RawPermissionSource[],
  onError: OnError,
): PermissionSource[] {
  const sources = raw.map((entry, index) =>
    readPermissionSource(source, [...path, index], entry === 'roles' ? { roles: {} } : entry, onError),
  );
  for (const kind of ['roles', 'managementApi']) {
    const [, second] = sources.flatMap((read, index) => (read.kind === kind ? [index] : []));
    if (second === undefined) continue;
    throw new InputError([
      source.problem(
        'config_invalid',
        [...path, second],
        `the source ${kind} stands here twice`,
        'Merge the two entries into one.',
      ),
    ]);
  }
  return sources;
}

function readPermissionSource(
  source: Source,
  path: ValuePath,
  raw: RawSourceMap,
  inherited: OnError,
): PermissionSource {
  const fail = (at: ValuePath, message: string, mend: string): never => {
    throw new InputError([source.problem('config_invalid', at, message, mend)]);
  };
  const kinds = (['roles', 'event', 'managementApi'] as const).filter((kind) => raw[kind] !== undefined);
  if (kinds.length !== 1) {
    fail(path, 'an entry is one source', 'Write one of roles, event and managementApi in each entry.');
  }
  const onError = raw.onError ?? inherited;
  const failing = { onError, onErrorRefresh: raw.onErrorRefresh ?? onError };
  const tenantWide = raw.organizations === 'tenant-wide';
  if (raw.event !== undefined) {
    const eventPath = raw.event.replace(/^event\./, '').split('.');
    const problem = eventPathProblem(eventPath, raw.trusted ?? false);
    if (problem !== undefined) fail([...path, 'event'], problem.message, problem.mend);
    return { kind: 'event', path: eventPath, tenantWide, ...failing };
  }
  if (raw.trusted !== undefined) {
    fail([...path, 'trusted'], 'only a list in the event can be trusted', 'Remove trusted.');
  }
  if (raw.managementApi !== undefined) {
    return { kind: 'managementApi', ...readManagementApi(raw.managementApi), tenantWide, ...failing };
  }
  if (tenantWide) {
    fail(
      [...path, 'organizations'],
      "roles know organizations: a login to one has the member's roles",
      'Remove organizations.',
    );
  }
  return {
    kind: 'roles',
    unknownRoles: raw.roles?.unknownRoles ?? 'ignore',
    groups: raw.roles?.groups ?? false,
    ...failing,
  };
}
