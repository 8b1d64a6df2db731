// Logout in Auth0's two ways: /v2/logout, and /oidc/logout of OpenID Connect RP-Initiated Logout 1.0. Neither asks back.
import { decodeJwt, errors as joseErrors } from 'jose';
import type { Context, Middleware, Next } from 'koa';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { allowsLogoutUrl } from '../clients.ts';
import { errorPage } from '../pages/error-page.ts';
import { html, PAGE_POLICY, page } from '../pages/html.ts';
import type { State } from '../state.ts';

export function logoutRoute(provider: Provider, { tenant }: State): Middleware {
  return async (ctx: Context, next: Next) => {
    if (ctx.method !== 'GET' || !['/v2/logout', '/oidc/logout'].includes(ctx.path)) return next();
    ctx.set('Content-Security-Policy', PAGE_POLICY);
    ctx.set('Cache-Control', 'no-store');
    const query = new URLSearchParams(ctx.querystring);
    const target = query.get(ctx.path === '/v2/logout' ? 'returnTo' : 'post_logout_redirect_uri');
    const client = query.get('client_id') ?? clientOfHint(query.get('id_token_hint'));
    if (target !== null && !allowsLogoutUrl(tenant(), client, target)) {
      ctx.status = 400;
      ctx.type = 'html';
      ctx.body = errorPage('invalid_request', `a logout may not end at ${target}`);
      return;
    }
    const session = await provider.Session.get(ctx as unknown as KoaContextWithOIDC);
    await session.destroy();
    ctx.cookies.set(provider.cookieName('session'), null);
    if (target === null) {
      ctx.type = 'html';
      ctx.body = page('Logged out', html`<p>Nobody is logged in now.</p>`);
      return;
    }
    ctx.status = 302;
    ctx.redirect(withState(target, query.get('state')));
  };
}

/** The client that an ID token was for. Whom it was issued to decides about nothing but the URL that is allowed. */
function clientOfHint(token: string | null): string | undefined {
  if (token === null) return undefined;
  try {
    const { aud } = decodeJwt(token);
    return typeof aud === 'string' ? aud : aud?.[0];
  } catch (error) {
    if (!(error instanceof joseErrors.JOSEError || error instanceof TypeError)) throw error;
    return undefined;
  }
}

function withState(target: string, state: string | null): string {
  if (state === null) return target;
  const url = new URL(target);
  url.searchParams.set('state', state);
  return url.href;
}
