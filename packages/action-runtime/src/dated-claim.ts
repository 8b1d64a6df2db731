// When the permissions of a claim were read: spec/claim-format.md, "As-of".
import { encodeAsOf } from './as-of.ts';
import { DatedCache } from './dated-cache.ts';
import { encodeBitset } from './encode-bitset.ts';
import type { Parts } from './login.ts';
import type { AudienceTable } from './tables.ts';

/** Milliseconds since 1970 at which the oldest part of a login's places was read. */
const readAt = new WeakMap<readonly number[], number>();

/** Notes when the places were read. */
export function datedPlaces(places: Parts['places']): Parts['places'] {
  return async (login) => {
    const { access, accessToken, roles } = login.api;
    const cache = new DatedCache(login.api.cache, Date.now());
    const read = await places({ ...login, api: { access, accessToken, roles, cache } });
    if (typeof read !== 'string') readAt.set(read, cache.oldest);
    return read;
  };
}

/** The claim `<ids>.<body>.<as-of>`, where the table wants one. */
export function encodeDated(table: AudienceTable, places: readonly number[]): string {
  const claim = encodeBitset(table, places);
  if (table.asOf === undefined) return claim;
  // Without a time it counts as old as can be, and no change is missed.
  return claim + '.' + encodeAsOf(readAt.get(places) ?? 0, table.asOf === 'action');
}
