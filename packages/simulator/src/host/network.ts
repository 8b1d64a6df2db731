/** The global `fetch`. */
export type Fetch = typeof globalThis.fetch;

/** A request that the Action sent: no headers and no body, they hold secrets. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  /** Absent when no response came. */
  readonly status?: number;
}

export interface NetworkOptions {
  /** Takes the place of the global `fetch`, as the Action sees it. */
  readonly fetch?: Fetch;
  /**
   * Where requests really go: `{'https://acme.eu.auth0.com': 'http://127.0.0.1:4010'}`. With it, any other host is as
   * unreachable as one without a DNS entry; `{}` is no network at all. The key `*` stands for every origin that has none.
   */
  readonly origins?: Readonly<Record<string, string>>;
}

/** The `fetch` of one execution, writing down in `sent` what is requested. */
export function createFetch(
  { fetch = globalThis.fetch, origins }: NetworkOptions,
  sent: SentRequest[],
): Fetch {
  const targets = origins === undefined ? undefined : new Map(Object.entries(origins));
  return async (input, init) => {
    const request = new Request(input, init);
    const place = sent.push({ method: request.method, url: request.url }) - 1;
    const response = await fetch(targets === undefined ? request : redirected(request, targets));
    sent[place] = { method: request.method, url: request.url, status: response.status };
    return response;
  };
}

function redirected(request: Request, targets: ReadonlyMap<string, string>): Request {
  const url = new URL(request.url);
  const target = targets.get(url.origin) ?? targets.get('*');
  if (target === undefined) {
    throw new TypeError('fetch failed', { cause: new Error(`getaddrinfo ENOTFOUND ${url.hostname}`) });
  }
  return new Request(new URL(url.pathname + url.search, target), request);
}
