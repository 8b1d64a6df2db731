// Pages of lists, in the three forms that the Management API has.
import { type ApiAnswer, invalid } from './answer.ts';

/** Entries of a page where the request asks for none. */
const DEFAULT_SIZE = 50;
/** What the parameters allow; the server may give less. */
const MAX_SIZE = 100;

/** A list as a route has it: its entries are made when they are asked for. */
export interface List {
  readonly length: number;
  readonly at: (index: number) => unknown;
}

export function listOf<T>(items: readonly T[], view: (item: T) => unknown = (item) => item): List {
  return { length: items.length, at: (index) => view(items[index] as T) };
}

/** How a list is asked for. */
export interface PageQuery {
  readonly query: URLSearchParams;
  /** No page is longer, even where that is asked for: 50 in the public cloud by the docs, 100 by what was recorded. */
  readonly cap: number;
}

function slice(list: List, start: number, size: number): unknown[] {
  const end = Math.min(list.length, start + size);
  return Array.from({ length: Math.max(0, end - start) }, (_, index) => list.at(start + index));
}

function wholeNumber(query: URLSearchParams, name: string, fallback: number): number | undefined {
  const value = query.get(name);
  if (value === null) return fallback;
  return /^[0-9]{1,9}$/u.test(value) ? Number(value) : undefined;
}

/** By `page` and `per_page`; with `include_totals=true` as {start, limit, total, [name]: [...]}, else as an array. */
export function offsetPage(list: List, name: string, { query, cap }: PageQuery): ApiAnswer {
  const page = wholeNumber(query, 'page', 0);
  const size = wholeNumber(query, 'per_page', DEFAULT_SIZE);
  if (page === undefined || size === undefined || size < 1 || size > MAX_SIZE) {
    return invalid('Query validation error: page must be at least 0, per_page from 1 to 100.');
  }
  const limit = Math.min(size, cap);
  const start = page * limit;
  const items = slice(list, start, limit);
  if (query.get('include_totals') !== 'true') return { status: 200, body: items };
  return { status: 200, body: { start, limit, total: list.length, [name]: items } };
}

/** As the Actions service has it: {[name]: [...], total, page, per_page}, where a zero is left out, as recorded. */
export function actionsPage(list: List, name: string, { query, cap }: PageQuery): ApiAnswer {
  const page = wholeNumber(query, 'page', 0);
  const size = wholeNumber(query, 'per_page', 20);
  if (page === undefined || size === undefined || size < 1) return invalid('Invalid paging parameters.');
  const limit = Math.min(size, cap, MAX_SIZE);
  const items = slice(list, page * limit, limit);
  const numbers = Object.entries({ total: list.length, page, per_page: limit }).filter(
    ([, value]) => value !== 0,
  );
  return { status: 200, body: { [name]: items, ...Object.fromEntries(numbers) } };
}

/** By `from` and `take`: {[name]: [...], next}. */
export function checkpointPage(list: List, name: string, { query, cap }: PageQuery): ApiAnswer {
  const take = wholeNumber(query, 'take', DEFAULT_SIZE);
  const from = query.get('from');
  const start = from === null ? 0 : Number(/^next:([0-9]+)$/u.exec(from)?.[1] ?? Number.NaN);
  if (take === undefined || take < 1 || Number.isNaN(start)) {
    return invalid('Query validation error: take must be at least 1, from a checkpoint of this list.');
  }
  const end = start + Math.min(take, cap, MAX_SIZE);
  const items = slice(list, start, end - start);
  return { status: 200, body: { [name]: items, ...(end < list.length ? { next: `next:${end}` } : {}) } };
}

/** A list that may be asked for in either way. */
export function anyPage(list: List, name: string, paging: PageQuery): ApiAnswer {
  const byCheckpoint = paging.query.has('from') || paging.query.has('take');
  return byCheckpoint ? checkpointPage(list, name, paging) : offsetPage(list, name, paging);
}
