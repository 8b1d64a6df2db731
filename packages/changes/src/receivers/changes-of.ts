/** Building the changes that an event means. */
import type { Change } from '../publish.ts';
import type { AudienceNames } from './tenant-names.ts';

/** Whose tokens; absent: everyone's. */
export interface Whose {
  readonly sub?: string;
  readonly org?: string;
  readonly of?: 'users';
}

export type Direction = 'lost' | 'gained' | 'both';

/** One change per audience that has some of the names; `names` undefined: nobody knows which, so all. */
export function changed(whose: Whose, direction: Direction, names: AudienceNames | undefined): Change[] {
  const said = (list: readonly string[] | '*') => ({
    ...(direction !== 'gained' && { lost: list }),
    ...(direction !== 'lost' && { gained: list }),
  });
  if (names === undefined) return [{ ...whose, ...said('*') }];
  return [...names].map(([aud, list]) => ({ ...whose, aud, ...said([...list].sort()) }));
}

/** The whole token is refused. */
export function out(whose: Whose): Change[] {
  return [{ ...whose, out: true }];
}

/** What is known to matter and can't be read: anything may have happened to anybody. */
export const ANYTHING: readonly Change[] = [{ lost: '*', gained: '*' }, { out: true }];
