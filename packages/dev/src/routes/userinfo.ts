// /userinfo for access tokens that are JWTs; the provider answers for opaque ones itself.
import { errors as joseErrors } from 'jose';
import type { Context, Middleware, Next } from 'koa';
import { claimsOf } from '../claims.ts';
import { scopesIn } from '../parameters.ts';
import { userOf } from '../provider.ts';
import type { State } from '../state.ts';

export function userinfoRoute({ issuer, keys, tenant }: State): Middleware {
  return async (ctx: Context, next: Next) => {
    if (ctx.path !== '/userinfo') return next();
    const token = /^Bearer +(\S+\.\S+\.\S+)$/iu.exec(ctx.get('authorization'))?.[1];
    if (token === undefined) return next();
    try {
      const { payload } = await keys.verify(token, issuer, `${issuer}userinfo`);
      const user = userOf(tenant().users, payload.sub ?? '');
      if (user !== undefined) {
        ctx.body = claimsOf(user, scopesIn(payload['scope'] as string | undefined));
        return;
      }
    } catch (error) {
      if (!(error instanceof joseErrors.JOSEError)) throw error;
    }
    ctx.status = 401;
    ctx.set('WWW-Authenticate', 'Bearer error="invalid_token"');
    ctx.body = { error: 'invalid_token', error_description: 'the access token is not valid here' };
  };
}
