/** What a log may forget. */
import { readRecord } from '@claimgen/verifier/changes';

export interface Pruned {
  readonly records: readonly unknown[];
  /** Milliseconds since 1970: no record that was left out is later. */
  readonly horizon: number;
}

/**
 * Leaves out what is older than `oldest` (ms since 1970), and all but the latest of records that say the same of the same.
 * What can't be read stays: nobody knows how old it is.
 */
export function prune(records: readonly unknown[], oldest: number, horizon: number): Pruned {
  const kept = new Map<string, { readonly at: number; readonly record: unknown }>();
  let forgotten = horizon;
  for (const record of records) {
    const { at, by: _, widened, ...said } = readRecord(record, Number.NaN);
    if (widened) {
      kept.set(`? ${JSON.stringify(record)}`, { at, record });
      continue;
    }
    if (at < oldest) {
      forgotten = Math.max(forgotten, at);
      continue;
    }
    const key = JSON.stringify(said);
    const other = kept.get(key);
    if (other === undefined || other.at < at) kept.set(key, { at, record });
  }
  return { records: [...kept.values()].map(({ record }) => record), horizon: forgotten };
}
