// `action.source`: which entries there may be, and how each is read.
import { InputError } from '../errors.ts';
import type { SourceText, ValuePath } from '../source-text/source-text.ts';
import { SOURCE_KINDS } from '../sources/facts-of.ts';
import type { PermissionSource, RawSource, SourceDefaults } from '../sources/source-facts.ts';

/** An entry of `action.source` as the config writes it. */
export type RawPermissionSource = 'roles' | RawSource;

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
  for (const { kind, isRepeatable } of SOURCE_KINDS) {
    const [, second] = sources.flatMap((read, index) => (read.kind === kind ? [index] : []));
    if (isRepeatable || second === undefined) continue;
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
  raw: RawSource,
  defaults: SourceDefaults,
): PermissionSource {
  const fail = (key: keyof RawSource | undefined, message: string, fix: string): never => {
    throw new InputError([
      source.problem('config_invalid', key === undefined ? path : [...path, key], message, fix),
    ]);
  };
  const [kind, another] = SOURCE_KINDS.filter(({ kind: name }) => raw[name] !== undefined);
  if (kind === undefined || another !== undefined) {
    return fail(
      undefined,
      'an entry is one source',
      'Write one of roles, event and managementApi in each entry.',
    );
  }
  const onError = raw.onError ?? defaults.onError;
  const failing = { onError, onErrorRefresh: raw.onErrorRefresh ?? onError };
  return kind.read({ raw, defaults, failing, fail });
}
