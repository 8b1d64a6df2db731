// The page of the last logins, and the same as JSON.
import type { Context, Middleware, Next } from 'koa';
import { PAGE_POLICY } from '../pages/html.ts';
import { loginsPage, withoutSecrets } from '../pages/logins-page.ts';
import type { State } from '../state.ts';

export function loginsRoute({ issuer, logins }: State): Middleware {
  return async (ctx: Context, next: Next) => {
    if (ctx.method !== 'GET' || (ctx.path !== '/' && ctx.path !== '/logins.json')) return next();
    ctx.set('Cache-Control', 'no-store');
    if (ctx.path === '/') {
      ctx.type = 'html';
      ctx.set('Content-Security-Policy', PAGE_POLICY);
      ctx.body = loginsPage(issuer, logins.last);
      return;
    }
    ctx.body = logins.last.map(({ id, at, login: { event, token: _, ...login } }) => ({
      id,
      at,
      ...login,
      event: withoutSecrets(event),
    }));
  };
}
