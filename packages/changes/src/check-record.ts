/** What may be appended: a record in which every part is right. Readers widen what isn't; writers are told. */
import type { ChangeRecord } from '@claimgen/verifier/changes';
import { MAX_ID_LENGTH, readRecord } from '@claimgen/verifier/changes';
import { ChangesError } from './errors.ts';

/** Milliseconds that a record may be ahead of the clock of the one who appends it. */
const MAX_AHEAD = 60_000;
const MAX_NAME_LENGTH = 1024;
/** Milliseconds since 1970, of the year 2001: a time before it is one in seconds, and a change then would void no token. */
export const EARLIEST = 1e12;

/** Throws `record_invalid` and `record_in_future`. `now`: ms since 1970. */
export function checkRecords(records: readonly ChangeRecord[], now: number): void {
  if (!Array.isArray(records)) throw invalid('what was to be appended is no array of change records');
  for (const record of records) checkRecord(record, now);
}

function checkRecord(record: ChangeRecord, now: number): void {
  const { at, lost, gained, out, widened } = readRecord(record, Number.NaN);
  if (!(at >= EARLIEST)) throw invalid('"at" must be a number of milliseconds since 1970, not of seconds');
  if (widened) throw invalid(whatIsWrong(record));
  if (out && (record.lost !== undefined || record.gained !== undefined)) {
    throw invalid('"out" comes in place of "lost" and "gained"');
  }
  for (const names of [lost, gained]) {
    if (names === '*') continue;
    if (names.some((name) => name === '' || name.length > MAX_NAME_LENGTH)) {
      throw invalid(`a name in "lost" or "gained" is empty or longer than ${MAX_NAME_LENGTH} characters`);
    }
  }
  if (at > now + MAX_AHEAD) {
    throw new ChangesError(
      'record_in_future',
      `"at" of the change record is ${Math.round((at - now) / 1000)} s in the future`,
      'Set the clock of this machine, or give the time at which the change was complete',
    );
  }
}

function whatIsWrong(record: ChangeRecord): string {
  if (typeof record !== 'object' || record === null) return 'a change record must be an object';
  if (record.v !== 1) return '"v" must be 1';
  for (const scope of ['sub', 'org', 'aud'] as const) {
    const id = record[scope];
    if (
      Object.hasOwn(record, scope) &&
      !(typeof id === 'string' && id !== '' && id.length <= MAX_ID_LENGTH)
    ) {
      return `"${scope}" must be a string of 1 to ${MAX_ID_LENGTH} characters`;
    }
  }
  if (Object.hasOwn(record, 'of') && record.of !== 'users') return '"of" must be "users"';
  if (Object.hasOwn(record, 'out') && record.out !== true) return '"out" must be true';
  for (const names of ['lost', 'gained'] as const) {
    const list: unknown = record[names];
    if (list === undefined || list === '*') continue;
    if (!Array.isArray(list) || list.some((name) => typeof name !== 'string')) {
      return `"${names}" must be an array of permission names, or "*"`;
    }
  }
  if (!['lost', 'gained', 'out'].some((name) => Object.hasOwn(record, name))) {
    return 'a change record must have "lost", "gained" or "out"';
  }
  return 'the change record has a field that none has';
}

function invalid(message: string): ChangesError {
  return new ChangesError(
    'record_invalid',
    message,
    'See node_modules/@claimgen/verifier/docs/explanation/changes.md for the fields of a change record',
  );
}
