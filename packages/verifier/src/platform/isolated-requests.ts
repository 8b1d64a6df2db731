// Runtimes in which what one request started can't be waited for by another.
import { userAgent } from './user-agent.ts';

declare const EdgeRuntime: unknown;

/**
 * Cloudflare Workers, and Vercel's runtime that is made like it: the promise of one request's fetch may never
 * settle for another (https://github.com/panva/jose/issues/355). Asked each time, for tests.
 */
export function requestsAreIsolated(): boolean {
  return userAgent() === 'Cloudflare-Workers' || typeof EdgeRuntime === 'string';
}
