import { InputError } from '../errors.ts';
import type { SourceText } from '../source-text/source-text.ts';
import type { PermissionSource, SourceDefaults } from '../sources/source-facts.ts';
import { readPermissionSources } from './permission-source.ts';
import type { RawConfig } from './raw-config.ts';

/** What the Action does for one audience. */
export interface AudienceAction {
  readonly sources: readonly PermissionSource[];
  /** What a login gets when the Action itself fails, and where a source doesn't say. */
  readonly onError: 'deny' | 'omit';
  /** Whether the API's permissions stay in the token's `scope`. */
  readonly scopes: 'keep' | 'strip';
  /** Whether the claim says when its permissions were read. */
  readonly asOf: boolean;
  /** What a login gets whose names pass the budget; undefined where the build refuses that it could. */
  readonly onOverflow: 'deny' | 'omit' | 'marker' | undefined;
}

/**
 * The audience's own settings where it has them, the config's elsewhere.
 * @throws InputError
 */
export function readAudienceAction(source: SourceText, raw: RawConfig, name: string): AudienceAction {
  const own = raw.audiences[name]?.action ?? {};
  const encoding = raw.audiences[name]?.encoding ?? 'bitset';
  if (own.onOverflow !== undefined && encoding === 'bitset') {
    throw new InputError([
      source.problem(
        'config_invalid',
        ['audiences', name, 'action', 'onOverflow'],
        'the encoding is bitset, whose size the build proves to fit',
        'Remove onOverflow, or set encoding: names.',
      ),
    ]);
  }
  if (own.asOf === true && encoding === 'names') {
    throw new InputError([
      source.problem(
        'config_invalid',
        ['audiences', name, 'action', 'asOf'],
        'the encoding is names, whose array has no place for a time',
        'Remove asOf, or set encoding: bitset.',
      ),
    ]);
  }
  const asOf = encoding === 'bitset' && (own.asOf ?? raw.action?.asOf ?? false);
  const onError = own.onError ?? raw.action?.onError ?? 'deny';
  const defaults: SourceDefaults = {
    onError,
    organizations: raw.action?.organizations === 'none' ? 'refuse' : 'ask',
    asOf,
  };
  return {
    sources:
      own.source === undefined
        ? readPermissionSources(source, ['action', 'source'], raw.action?.source ?? ['roles'], defaults)
        : readPermissionSources(source, ['audiences', name, 'action', 'source'], own.source, defaults),
    onError,
    scopes: own.scopes ?? raw.action?.scopes ?? 'keep',
    asOf,
    onOverflow: encoding === 'names' ? (own.onOverflow ?? raw.action?.onOverflow) : undefined,
  };
}
