// The change that a command line names.
import { usageError } from '../errors.ts';
import type { Change } from './open-log.ts';

/** What was given. */
export interface ChangeValues {
  readonly user?: string | undefined;
  readonly everyone?: boolean | undefined;
  readonly org?: string | undefined;
  readonly audience?: string | undefined;
  readonly usersOnly?: boolean | undefined;
  readonly lost?: string | undefined;
  readonly gained?: string | undefined;
  readonly out?: boolean | undefined;
  readonly by?: string | undefined;
}

/**
 * Reads a change. Nothing in it is left to a default: a change for everyone has to say so.
 * @throws InputError
 */
export function whatChanged(values: ChangeValues): Change {
  const { user, org, audience, by } = values;
  const everyone = values.everyone === true;
  for (const [name, value] of Object.entries({ user, org, audience, by })) {
    if (value === '')
      throw usageError(`the option --${name} is empty`, `Write --${name} <value>, or leave it out.`);
  }
  if (everyone === (user !== undefined))
    throw usageError('a change is about one user, or --everyone', "Write --user 'auth0|…', or --everyone.");
  const out = values.out === true;
  const lost = namesOf('lost', values.lost);
  const gained = namesOf('gained', values.gained);
  if (out === (lost !== undefined || gained !== undefined))
    throw usageError(
      'a change says what was lost or gained, or that the tokens are out',
      'Write --lost <names>, --gained <names>, both of them, or --out.',
    );
  return {
    ...(user === undefined ? {} : { sub: user }),
    ...(org === undefined ? {} : { org }),
    ...(audience === undefined ? {} : { aud: audience }),
    ...(values.usersOnly === true ? { of: 'users' as const } : {}),
    ...(lost === undefined ? {} : { lost }),
    ...(gained === undefined ? {} : { gained }),
    ...(out ? { out: true as const } : {}),
    ...(by === undefined ? {} : { by }),
  };
}

/** Permission names have no whitespace. */
function namesOf(option: string, value: string | undefined): readonly string[] | '*' | undefined {
  if (value === undefined) return undefined;
  const names = value.split(/\s+/u).filter((name) => name !== '');
  if (names.length === 0)
    throw usageError(`the option --${option} is empty`, `Write --${option} '<name> <name>'.`);
  if (!names.includes('*')) return names;
  if (names.length === 1) return '*';
  throw usageError(`--${option} has names beside *`, `Write --${option} '*' for all of them.`);
}
