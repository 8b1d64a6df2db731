// /changes: what `openHttpFeed` of @claimgen/changes follows.
import type { Context, Middleware, Next } from 'koa';
import type { Changes } from '../changes.ts';

export function changesRoute({ listener }: Changes): Middleware {
  return async (ctx: Context, next: Next) => {
    if (ctx.path !== '/changes') return next();
    // The listener writes the answer itself.
    ctx.respond = false;
    listener(ctx.req, ctx.res);
  };
}
