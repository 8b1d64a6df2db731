import type { Login } from './login.ts';
import { grantedPlaces } from './on-post-login.ts';

/** What the sources say, as far as the client's tokens carry it: in place of `grantedPlaces`. */
export async function limitedPlaces(login: Login): Promise<readonly number[] | 'deny' | 'omit'> {
  const { audience, event, parts } = login;
  const { clients, grant } = audience.table;
  if (clients !== undefined && !parts.admitsClient?.(clients, event)) return 'omit';
  const places = await grantedPlaces(login);
  if (grant === undefined || typeof places === 'string') return places;
  return parts.keepRequested?.(places, audience, event) ?? [];
}
