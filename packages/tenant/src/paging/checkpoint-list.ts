// Lists by checkpoint (`from` and `take`): the only way beyond 1,000 entries, and without a total to compare with.
import { TenantError } from '../errors.ts';
import { PAGE_SIZE } from './offset-list.ts';

export interface CheckpointPage<T> {
  readonly items: readonly T[];
  /** Where the next page begins; undefined after the last one. */
  readonly next: string | undefined;
}

export interface CheckpointList<T> {
  readonly what: string;
  readonly page: (from: string | undefined, take: number) => Promise<CheckpointPage<T>>;
  readonly key: (item: T) => string;
}

/** Times that a list which changes while it is read is started again. */
const MAX_STARTS = 5;

/**
 * Every entry of a list, each once; an entry that comes twice starts the list again.
 * @throws TenantError `list_unstable` where that happens five times, or a checkpoint comes twice
 */
export async function readCheckpointList<T>(list: CheckpointList<T>): Promise<T[]> {
  for (let start = 0; start < MAX_STARTS; start++) {
    const read = await readOnce(list);
    if (read !== undefined) return read;
  }
  throw new TenantError(
    'list_unstable',
    `the ${list.what} can't be read completely: an entry came twice, ${MAX_STARTS} times in a row`,
    'Run the command again when nobody is changing the tenant.',
  );
}

async function readOnce<T>(list: CheckpointList<T>): Promise<T[] | undefined> {
  const byKey = new Map<string, T>();
  const checkpoints = new Set<string>();
  let from: string | undefined;
  for (let place = 0; ; ) {
    const { items, next } = await list.page(from, PAGE_SIZE);
    for (const item of items) byKey.set(list.key(item), item);
    place += items.length;
    if (byKey.size !== place) return undefined;
    if (next === undefined || next === '') return [...byKey.values()];
    if (checkpoints.has(next)) {
      throw new TenantError(
        'list_unstable',
        `the ${list.what} have no end: the tenant names one page again and again`,
        'Run the command again; if it stays so, report it to Auth0.',
      );
    }
    checkpoints.add(next);
    from = next;
  }
}
