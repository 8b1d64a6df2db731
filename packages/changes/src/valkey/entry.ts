/**
 * The entries of the stream. The first one, `0-1`, names the horizon that the log began with; the others have records, and
 * a horizon where older entries were trimmed with them.
 */
import { createHash } from 'node:crypto';

export interface StreamEntry {
  readonly id: string;
  /** The id and a digest of what it has: another log's entry may have the same id. */
  readonly position: string;
  readonly records: readonly unknown[];
  /** Milliseconds since 1970; 0 where it says none. */
  readonly horizon: number;
}

/** Milliseconds by which a record is dated up whose time can't be read: the id has the time of the server. */
const CLOCKS = 5000;

/** The reply of XRANGE and XREVRANGE. Throws for another. */
export function readEntries(reply: unknown): StreamEntry[] {
  if (!Array.isArray(reply)) throw new Error('the server did not answer with entries');
  return reply.map((entry: unknown) => {
    if (!Array.isArray(entry) || typeof entry[0] !== 'string') throw new Error('an entry has no id');
    return readEntry(entry[0], entry[1]);
  });
}

function readEntry(id: string, fields: unknown): StreamEntry {
  const position = `${id} ${createHash('sha256').update(JSON.stringify(fields)).digest('base64url').slice(0, 12)}`;
  const values = new Map<unknown, unknown>();
  if (Array.isArray(fields)) for (let i = 0; i < fields.length; i += 2) values.set(fields[i], fields[i + 1]);
  const horizon = Number(values.get('horizon') ?? 0);
  const records = readJson(values.get('records'), id === FIRST);
  return {
    id,
    position,
    // What somebody else wrote is read as everything, at the time of its entry.
    records: records ?? [{ v: 0, at: timeOf(id) + CLOCKS }],
    horizon: Number.isFinite(horizon) ? horizon : timeOf(id),
  };
}

/** The id of the entry that a log begins with. */
export const FIRST = '0-1';

/** Milliseconds since 1970 of the server's clock. */
export function timeOf(id: string): number {
  return Number(id.slice(0, id.indexOf('-')));
}

function readJson(text: unknown, mayLack: boolean): unknown[] | undefined {
  if (text === undefined && mayLack) return [];
  if (typeof text !== 'string') return undefined;
  try {
    const records: unknown = JSON.parse(text);
    return Array.isArray(records) ? records : undefined;
  } catch {
    return undefined;
  }
}
