// What holds for every request: who may ask at all, and what every answer says.
import type { Context, Middleware, Next } from 'koa';
import { isLoopbackHost, isLoopbackUrl } from '../loopback.ts';

/** The header that every answer has. */
export const MARK = ['X-Claimgen-Dev', 'loopback only; not for production'] as const;

export function frontRoute(issuer: string): Middleware {
  const { host } = new URL(issuer);
  return async (ctx: Context, next: Next) => {
    ctx.res.setHeader(...MARK);
    if (!isLoopbackHost(ctx.req.headers.host)) {
      ctx.status = 421;
      ctx.body = `claimgen dev answers on this machine only, as ${issuer}\n`;
      return;
    }
    // Cookies are the issuer's host's: a login that is begun elsewhere would not be found again.
    if (ctx.path === '/authorize' && ctx.req.headers.host !== host) {
      ctx.status = 307;
      ctx.redirect(new URL(ctx.url, issuer).href);
      return;
    }
    if (allowOrigin(ctx)) return;
    await next();
  };
}

/** Lets pages of this machine read answers: https://fetch.spec.whatwg.org/#http-cors-protocol. @returns whether that was all they asked */
function allowOrigin(ctx: Context): boolean {
  ctx.vary('Origin');
  const origin = ctx.get('origin');
  if (!isLoopbackUrl(origin)) return false;
  ctx.set('Access-Control-Allow-Origin', origin);
  ctx.set('Access-Control-Expose-Headers', 'WWW-Authenticate');
  if (ctx.method !== 'OPTIONS' || ctx.get('access-control-request-method') === '') return false;
  ctx.set('Access-Control-Allow-Methods', 'GET, POST');
  ctx.set('Access-Control-Allow-Headers', ctx.get('access-control-request-headers'));
  ctx.set('Access-Control-Max-Age', '600');
  ctx.status = 204;
  return true;
}
