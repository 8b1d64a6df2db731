/** A cache in front of an issuer, requests to it, and a clock that tests move. */
import {
  createTokenCache,
  type TokenCache,
  type TokenCacheEvent,
  type TokenCacheOptions,
} from '../../src/index.ts';

export const pepper = 'pepper-of-the-tests-0123456789-abcdef';
export const SECRET = 'vendor-secret-0123456789';

export interface TestCache extends TokenCache {
  readonly events: TokenCacheEvent[];
  readonly logs: string[];
  /** Moves the cache's clock on; seconds. */
  pass(seconds: number): void;
}

export function makeCache(issuer: string, options: Partial<TokenCacheOptions> = {}): TestCache {
  let ahead = 0;
  const events: TokenCacheEvent[] = [];
  const logs: string[] = [];
  const cache = createTokenCache({
    issuer,
    pepper,
    clock: () => Date.now() + ahead * 1000,
    on: (event) => events.push(event),
    log: (line) => logs.push(line),
    ...options,
  });
  return {
    handle: cache.handle,
    getToken: (wanted) => cache.getToken(wanted),
    purge: (clientId) => cache.purge(clientId),
    close: () => cache.close(),
    events,
    logs,
    pass(seconds) {
      ahead += seconds;
    },
  };
}

export const USUAL = {
  grant_type: 'client_credentials',
  client_id: 'vendor',
  client_secret: SECRET,
  audience: 'https://orders.acme.example',
};

export function form(
  parameters: Record<string, string> | string = {},
  headers: Record<string, string> = {},
): Request {
  const body =
    typeof parameters === 'string' ? parameters : new URLSearchParams({ ...USUAL, ...parameters }).toString();
  return new Request('http://proxy/oauth/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body,
  });
}

export function jsonRequest(body: unknown, headers: Record<string, string> = {}): Request {
  return new Request('http://proxy/oauth/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

export function basic(id: string, secret: string): Record<string, string> {
  const encode = (value: string) => new URLSearchParams({ v: value }).toString().slice(2);
  return { authorization: `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}` };
}

export interface TokenAnswer {
  readonly status: number;
  readonly access_token: string;
  readonly expires_in: number;
  readonly error?: string;
  readonly error_description?: string;
  readonly headers: Headers;
}

export async function ask(
  cache: Pick<TokenCache, 'handle'>,
  request: Request = form(),
): Promise<TokenAnswer> {
  const response = await cache.handle(request);
  return { ...JSON.parse(await response.text()), status: response.status, headers: response.headers };
}

/** Waits until what happens in the background has happened. */
export async function until(isDone: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    if (await isDone()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it did not come to that within 5 s');
}
