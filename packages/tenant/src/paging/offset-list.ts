// Lists by page and number (https://auth0.com/docs/api/management/v2: offset-based pagination), read by hand. The pager of npm
// auth0 asks for another page only while one comes as long as asked for: a server that caps pages at 50 answers a request for 100
// with 50, and a list of 120 would end there, silently.
import { TenantError } from '../errors.ts';

/** Entries of a page that are asked for; the server may give less. */
export const PAGE_SIZE = 100;
/** Times that a list which changes while it is read is started again. */
const MAX_STARTS = 5;

/** One page as the server gave it. */
export interface OffsetPage<T> {
  readonly items: readonly T[];
  /** Entries in the whole list. */
  readonly total: number;
  /** How many entries a page has here, as the server says it. */
  readonly limit: number;
  /** The place of the first entry, as the server says it. */
  readonly start: number;
}

export interface OffsetList<T> {
  /** As messages name it: "roles". */
  readonly what: string;
  readonly page: (page: number, perPage: number) => Promise<OffsetPage<T>>;
  /** What tells one entry from another. */
  readonly key: (item: T) => string;
}

/** The first page, from which the rest can be estimated and read on. */
export interface OffsetStart<T> {
  readonly list: OffsetList<T>;
  readonly first: OffsetPage<T>;
}

export async function startOffsetList<T>(list: OffsetList<T>): Promise<OffsetStart<T>> {
  return { list, first: await list.page(0, PAGE_SIZE) };
}

/** How many requests the rest of the list takes. */
export function remainingPages({ first }: { readonly first: OffsetPage<unknown> }): number {
  const size = pageSize(first);
  return Math.max(0, Math.ceil(first.total / size) - 1);
}

function pageSize({ limit }: OffsetPage<unknown>): number {
  return Number.isInteger(limit) && limit >= 1 ? Math.min(limit, PAGE_SIZE) : PAGE_SIZE;
}

/**
 * Every entry of a list, each once. A total that moves, or an entry that comes twice, means that the list changed while it was
 * read: then it is read again from the start.
 * @throws TenantError `list_unstable` where that happens five times, or the pages together are shorter than the total
 */
export async function readOffsetList<T>(list: OffsetList<T>, started?: OffsetStart<T>): Promise<T[]> {
  let last = '';
  for (let start = 0; start < MAX_STARTS; start++) {
    const first = start === 0 && started !== undefined ? started.first : await list.page(0, PAGE_SIZE);
    const read = await readOnce(list, first);
    if (typeof read !== 'string') return read;
    last = read;
  }
  throw new TenantError(
    'list_unstable',
    `the ${list.what} can't be read completely: ${last}, ${MAX_STARTS} times in a row`,
    'Run the command again when nobody is changing the tenant.',
  );
}

/** The list, or what was wrong with it. */
async function readOnce<T>(list: OffsetList<T>, first: OffsetPage<T>): Promise<T[] | string> {
  const size = pageSize(first);
  const byKey = new Map<string, T>();
  for (let page = 0, place = 0; ; page++) {
    const answer = page === 0 ? first : await list.page(page, size);
    const { items, total, limit, start } = answer;
    if (total !== first.total) return `its total moved from ${first.total} to ${total}`;
    if (start !== place) return `page ${page} begins at ${start}, not at ${place}`;
    if (page > 0 && limit !== size) return `pages have ${limit} entries now, not ${size}`;
    for (const item of items) byKey.set(list.key(item), item);
    place += items.length;
    if (byKey.size !== place) return 'an entry came twice';
    if (place === total) return [...byKey.values()];
    if (place > total) return `${place} entries came where the total is ${total}`;
    // The last page alone may be shorter than the others.
    if (items.length !== size) return `it ends after ${place} of ${total} entries`;
  }
}
