// /oauth/token and /oauth/revoke as Auth0 has them: JSON as well as forms, `audience`, and access tokens that are made by the Action's login.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { decodeJwt } from 'jose';
import type { Context, Middleware, Next } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { clientOf } from '../clients.ts';
import type { DevTenant, Login, Token, TokenIssuance } from '../dev-tenant.ts';
import { repeatedParameter, scopesIn } from '../parameters.ts';
import type { TokenRequest } from '../refresh.ts';
import { BodyError, readBody, replaceBody } from '../request-body.ts';
import type { State } from '../state.ts';

/** An error as the token endpoint answers it: RFC 6749, section 5.2. */
interface Refusal {
  readonly status: 400 | 401 | 403;
  readonly error: string;
  readonly description: string;
}

/** The answer that the provider has written. */
type TokenAnswer = Record<string, unknown>;

export function tokenRoute(state: State): Middleware {
  const inTurn = turns();
  return async (ctx: Context, next: Next) => {
    if (ctx.method !== 'POST' || !['/oauth/token', '/oauth/revoke'].includes(ctx.path)) return next();
    let parameters: URLSearchParams;
    try {
      parameters = await readBody(ctx.req);
    } catch (error) {
      if (!(error instanceof BodyError)) throw error;
      return refuse(ctx, { status: 400, error: 'invalid_request', description: error.message });
    }
    const repeated = repeatedParameter(parameters);
    if (repeated !== undefined) {
      const description = `the parameter ${JSON.stringify(repeated)} is there more than once`;
      return refuse(ctx, { status: 400, error: 'invalid_request', description });
    }
    takeBasicCredentials(ctx.req, parameters);
    const undeclared = undeclaredClient(state.tenant(), parameters);
    if (undeclared !== undefined) return refuse(ctx, undeclared);
    const request = takeOwnParameters(parameters);
    state.requests.set(ctx.req, request);
    replaceBody(ctx.req, parameters);
    if (ctx.path === '/oauth/revoke') return next();
    // Of two requests with one refresh token, the second must find it used.
    await inTurn(parameters.get('refresh_token') ?? undefined, next);
    if (ctx.status === 200) await complete(state, ctx as unknown as KoaContextWithOIDC, request);
  };
}

/** Runs what has the same key one after another. */
function turns(): (key: string | undefined, run: () => Promise<unknown>) => Promise<void> {
  const last = new Map<string, Promise<unknown>>();
  return async (key, run) => {
    if (key === undefined) {
      await run();
      return;
    }
    const turn = (last.get(key) ?? Promise.resolve()).then(run);
    const settled = turn.catch(() => undefined);
    last.set(key, settled);
    try {
      await turn;
    } finally {
      if (last.get(key) === settled) last.delete(key);
    }
  };
}

/** Credentials in the header: RFC 6749, section 2.3.1. The provider knows one way for each client, and Auth0 both. */
function takeBasicCredentials(request: IncomingMessage, parameters: URLSearchParams): void {
  const encoded = /^Basic +(\S+)$/iu.exec(request.headers.authorization ?? '')?.[1];
  if (encoded === undefined) return;
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64')
    .toString('utf8')
    .split(/:(.*)/su)
    .map((part) => new URLSearchParams(`part=${part}`).get('part') ?? '');
  parameters.set('client_id', id);
  parameters.set('client_secret', secret);
  delete request.headers.authorization;
}

function undeclaredClient(tenant: DevTenant, parameters: URLSearchParams): Refusal | undefined {
  const id = parameters.get('client_id');
  if (id === null || clientOf(tenant, id) !== undefined) return undefined;
  const isMachine = parameters.get('grant_type') === 'client_credentials';
  if (!isMachine && !parameters.has('client_secret')) return undefined;
  return {
    status: 401,
    error: 'invalid_client',
    description: `the client ${id} has no secret here: declare it in the fixtures under "clients", with "secret"`,
  };
}

/** Takes out what is Auth0's own, or what the provider would refuse since it knows the standard scopes only. */
function takeOwnParameters(parameters: URLSearchParams): TokenRequest {
  const audience = parameters.get('audience');
  const scope = parameters.get('scope');
  parameters.delete('audience');
  parameters.delete('scope');
  return {
    ...(audience === null || audience === '' ? {} : { audience }),
    ...(scope === null ? {} : { scopes: scopesIn(scope) }),
  };
}

/** Puts the Action's tokens in place of the provider's. */
async function complete(state: State, ctx: KoaContextWithOIDC, request: TokenRequest): Promise<void> {
  const answer = ctx.body as TokenAnswer;
  const { entities } = ctx.oidc;
  const issuanceOfNow = (): TokenIssuance => ({
    issuer: state.issuer,
    at: Math.floor(Date.now() / 1_000),
    id: randomBytes(16).toString('base64url'),
  });
  if (entities.ClientCredentials !== undefined) {
    const issuance = issuanceOfNow();
    const granted = machineToken(state.tenant(), entities.Client?.clientId ?? '', request, issuance);
    if ('error' in granted) return refuse(ctx, granted);
    await setToken(state, answer, granted, issuance);
    setScope(answer, scopesIn(granted.payload['scope'] as string | undefined));
    return;
  }
  const run = state.refreshed.get(ctx.req) ?? state.logins.ofGrant(entities.Grant?.jti);
  if (run === undefined) {
    return refuse(ctx, { status: 400, error: 'invalid_grant', description: 'the login is forgotten' });
  }
  const login = await state.logins.asOfNow(run);
  if (login.outcome !== 'allowed')
    return refuse(ctx, { status: 403, error: 'access_denied', description: login.reason ?? login.outcome });
  // Nothing may come between these two: verifiers are told that tokens of a later time know of a change.
  const issuance = issuanceOfNow();
  const token = login.token(issuance);
  if (token !== undefined) await setToken(state, answer, token, issuance);
  setScope(answer, login.scope);
  await setIdToken(state, answer, login);
}

async function setToken(
  { keys }: State,
  answer: TokenAnswer,
  token: Token,
  { at }: TokenIssuance,
): Promise<void> {
  const { exp } = token.payload;
  answer['access_token'] = await keys.sign(token);
  if (typeof exp === 'number') answer['expires_in'] = exp - at;
}

function setScope(answer: TokenAnswer, scope: readonly string[]): void {
  if (scope.length === 0) delete answer['scope'];
  else answer['scope'] = scope.join(' ');
}

/** Adds the Action's claims to the ID token, or takes away one that was not asked for. */
async function setIdToken({ keys }: State, answer: TokenAnswer, login: Login): Promise<void> {
  const { id_token } = answer;
  if (!login.scope.includes('openid')) delete answer['id_token'];
  else if (typeof id_token === 'string' && Object.keys(login.idTokenClaims).length > 0) {
    // What the provider says of the login is not the Action's to change.
    const payload = { ...login.idTokenClaims, ...decodeJwt(id_token) };
    answer['id_token'] = await keys.sign({ algorithm: 'RS256', type: 'JWT', payload });
  }
}

function machineToken(
  tenant: DevTenant,
  clientId: string,
  { audience, scopes }: TokenRequest,
  issuance: TokenIssuance,
): Token | Refusal {
  if (audience === undefined) {
    return {
      status: 403,
      error: 'access_denied',
      description: 'No audience parameter was provided, and no default audience has been configured',
    };
  }
  if (!tenant.hasApi(audience))
    return { status: 403, error: 'access_denied', description: `Service not found: ${audience}` };
  const granted = clientOf(tenant, clientId)?.grants.get(audience);
  if (granted === undefined) {
    return {
      status: 403,
      error: 'access_denied',
      description: `Client is not authorized to access "${audience}": add it to "grants" of the client in the fixtures`,
    };
  }
  const kept = scopes === undefined ? granted : granted.filter((scope) => scopes.includes(scope));
  return tenant.machineToken({ clientId, audience, scopes: kept }, issuance);
}

function refuse(ctx: Pick<Context, 'status' | 'body'>, { status, error, description }: Refusal): void {
  ctx.status = status;
  ctx.body = { error, error_description: description };
}
