// /authorize as Auth0 has it: an audience that is any string, scopes that the provider need not know, no consent page.
import type { Context, Middleware, Next } from 'koa';
import { errorPage } from '../pages/error-page.ts';
import { PAGE_POLICY } from '../pages/html.ts';
import { isStandardScope, repeatedParameter, scopesIn } from '../parameters.ts';
import { BodyError, readBody } from '../request-body.ts';

/** What the provider asks for by pages of its own, and the nearest thing that it does here. */
const PROMPTS: ReadonlyMap<string, string | undefined> = new Map([
  ['consent', undefined],
  ['select_account', 'login'],
]);

export function authorizeRoute(): Middleware {
  return async (ctx: Context, next: Next) => {
    if (ctx.path !== '/authorize') return next();
    const query = new URLSearchParams(ctx.querystring);
    if (ctx.method === 'POST') {
      try {
        for (const [name, value] of await readBody(ctx.req)) query.append(name, value);
      } catch (error) {
        if (!(error instanceof BodyError)) throw error;
        ctx.status = 400;
        ctx.type = 'html';
        ctx.set('Content-Security-Policy', PAGE_POLICY);
        ctx.body = errorPage('invalid_request', error.message);
        return;
      }
      ctx.method = 'GET';
    }
    query.delete('requested_scope');
    // What is there twice the provider refuses, and says so to the application.
    ctx.querystring = (repeatedParameter(query) === undefined ? translated(query) : query).toString();
    return next();
  };
}

/** A request as the provider takes it. */
function translated(given: URLSearchParams): URLSearchParams {
  const query = new URLSearchParams(given);
  const scopes = scopesIn(given.get('scope') ?? undefined);
  if (scopes.length > 0) query.set('requested_scope', scopes.join(' '));
  // The ID token is left out of the answer where "openid" was not requested.
  const standard = scopes.filter((scope) => isStandardScope(scope) && scope !== 'offline_access');
  query.set('scope', [...new Set(['openid', ...standard])].join(' '));
  for (const name of ['audience', 'organization', 'login_hint'])
    if (given.get(name) === '') query.delete(name);
  const prompt = given.get('prompt');
  if (prompt !== null) {
    const kept = scopesIn(prompt).flatMap((name) => {
      const known = PROMPTS.has(name) ? PROMPTS.get(name) : name;
      return known === undefined ? [] : [known];
    });
    if (kept.length === 0) query.delete('prompt');
    else query.set('prompt', [...new Set(kept)].join(' '));
  }
  return query;
}
