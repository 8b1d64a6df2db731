/** What an entry of the tenant's log changes. Pure. */
import { EARLIEST } from '../check-record.ts';
import type { Change } from '../publish.ts';
import { changesOfCall, parsePath } from './api-call.ts';
import { ANYTHING, changed, out } from './changes-of.ts';
import { field, isObject, text } from './read.ts';
import type { NameIndex } from './tenant-names.ts';

/** Takes an entry as a log stream sends it, `{ log_id, data }`, or as the Management API lists it. `now`: ms since 1970. */
export function changesOfLog(entry: unknown, index: NameIndex, now: number): Change[] {
  if (!isObject(entry)) return dated(ANYTHING, undefined, now, 'log entry that is none');
  const data = isObject(entry['data']) ? entry['data'] : entry;
  const type = text(data['type']);
  const id = text(data['log_id']) ?? text(entry['log_id']) ?? '';
  const changes = type === undefined ? ANYTHING : ofType(type, data, index);
  return dated(changes, data['date'], now, `${type ?? 'log entry without type'} ${id}`.trim());
}

function ofType(type: string, data: Record<string, unknown>, index: NameIndex): readonly Change[] {
  switch (type) {
    case 'sapi':
      return ofCall(data, index);
    case 'sdu': {
      const sub = text(data['user_id']);
      return sub === undefined ? ANYTHING : out({ sub });
    }
    // Deprovisioning by SCIM blocks or deletes, and nothing tells which user that was in Auth0.
    case 'sscim':
      return ofScim(data);
    // An import goes on after the call that has begun it, and one that fails may have changed some users.
    case 'sui':
    case 'fui':
      return ANYTHING;
    case 'directory_sync_completed':
      return changed({ of: 'users' }, 'both', undefined);
    default:
      return [];
  }
}

function ofCall(data: Record<string, unknown>, index: NameIndex): readonly Change[] {
  const method = text(field(data, 'details', 'request', 'method'));
  const path = text(field(data, 'details', 'request', 'path'));
  if (method === undefined || path === undefined) return ANYTHING;
  const status = field(data, 'details', 'response', 'statusCode');
  if (typeof status === 'number' && status >= 400) return [];
  const parts = parsePath(path);
  if (parts === undefined) return ANYTHING;
  return changesOfCall(
    {
      method: method.toUpperCase(),
      path: parts,
      body: field(data, 'details', 'request', 'body'),
      response: field(data, 'details', 'response', 'body'),
    },
    index,
  );
}

function ofScim(data: Record<string, unknown>): readonly Change[] {
  const method = text(field(data, 'details', 'request', 'method'))?.toUpperCase();
  return method === 'POST' || method === 'GET' ? [] : ANYTHING;
}

/** Milliseconds that a date may be ahead of our clock: `append` refuses more, and a log entry is not to be lost for it. */
const AHEAD = 55_000;
/** Milliseconds added to our own clock where the issuer's time is unknown. */
const CLOCKS = 5000;

/** The time is the issuer's where it can be read. */
export function dated(changes: readonly Change[], date: unknown, now: number, by: string): Change[] {
  const given = typeof date === 'string' && /(Z|[+-]\d\d:?\d\d)$/i.test(date) ? Date.parse(date) : Number.NaN;
  const at = given >= EARLIEST ? Math.min(given, now + AHEAD) : now + CLOCKS;
  return changes.map((change) => ({ ...change, at, by: by.slice(0, 200) }));
}
