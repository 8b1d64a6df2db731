/** The proxy: the cache at the issuer's path, with its metrics and its health. */
import type { TokenCache } from '../token-cache.ts';
import type { Metrics } from './metrics.ts';

export interface TokenProxyOptions {
  readonly cache: Pick<TokenCache, 'handle'>;
  /** Without them there is no `/metrics`. */
  readonly metrics?: Metrics;
}

/**
 * A handler of `POST /oauth/token`, `GET /metrics` and `GET /health`.
 *
 * @example
 * createServer(toListener(createTokenProxy({ cache, metrics }))).listen(8080);
 */
export function createTokenProxy({
  cache,
  metrics,
}: TokenProxyOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/oauth/token') return cache.handle(request);
    const headers = { 'cache-control': 'no-store' };
    if (request.method === 'GET' && pathname === '/health') return new Response('ok\n', { headers });
    if (request.method === 'GET' && pathname === '/metrics' && metrics !== undefined)
      return new Response(await metrics.text(), {
        headers: { ...headers, 'content-type': metrics.contentType },
      });
    return new Response(null, { status: 404, headers });
  };
}
