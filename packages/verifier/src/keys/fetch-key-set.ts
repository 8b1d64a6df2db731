// One request for a key set over HTTP.
import { readText } from '../read-text.ts';
import type { CheckedKeySetOptions } from './key-set-options.ts';

/** What came of an attempt to get a key set. */
export interface LoadedKeySet {
  readonly keySet: unknown;
  /** Seconds since its issuer said so: an HTTP cache on the way may have kept it. */
  readonly age: number;
}

/** An answer without what was asked for. */
export class UnexpectedStatus extends Error {
  /** Whether it says that there is nothing at that URL, rather than that the server is at fault. */
  readonly isNotThere: boolean;

  constructor(status: number) {
    super(`expected 200 OK from the key set URL, got ${status}`);
    this.isNotThere = status >= 400 && status < 500 && status !== 408 && status !== 429;
  }
}

export async function fetchKeySet(url: URL, options: CheckedKeySetOptions): Promise<LoadedKeySet> {
  const { value, age } = await fetchJson(url, options);
  return { keySet: value, age };
}

/**
 * Fetches a key set, or an issuer's metadata. The deadline covers everything up to the last byte, so that a server that drips can't
 * outlast it. Redirects are refused: the URL that was configured is the one that is trusted.
 */
export async function fetchJson(
  url: URL,
  { deadline, maxBytes }: CheckedKeySetOptions,
): Promise<{ readonly value: unknown; readonly age: number }> {
  const response = await fetch(
    url,
    uncached(url, {
      // no-cache is for the caches that are not fetch's own.
      headers: { accept: 'application/json, application/jwk-set+json', 'cache-control': 'no-cache' },
      redirect: 'manual',
      signal: AbortSignal.timeout(Math.ceil(deadline * 1000)),
    }),
  );
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new UnexpectedStatus(response.status);
  }
  const age = ageOf(response.headers);
  return { value: JSON.parse(await readText(response, maxBytes, 'key set')), age };
}

/** Without fetch's own cache, where there may be one. Runtimes that never have one may refuse the option. */
function uncached(url: URL, init: RequestInit): RequestInit {
  const withoutCache: RequestInit & { readonly cache: string } = { ...init, cache: 'no-store' };
  try {
    new Request(url, withoutCache);
    return withoutCache;
  } catch {
    return init;
  }
}

/** The Date header counts seconds, and its clock may differ from ours by as much. */
const CLOCK_SLACK = 2;

/**
 * RFC 9111, section 4.2.3: what a cache says of the answer's age, and what can be told from the time it was
 * made.
 */
function ageOf(headers: Headers): number {
  const told = Number(/^\d+/.exec(headers.get('age') ?? '')?.[0] ?? 0);
  const date = headers.get('date') ?? '';
  // Date.parse alone makes a date of `5`, long past, and the key set would be too old.
  const apparent = / GMT$/.test(date) ? (Date.now() - Date.parse(date)) / 1000 - CLOCK_SLACK : 0;
  return Math.max(0, told, Number.isNaN(apparent) ? 0 : apparent);
}
