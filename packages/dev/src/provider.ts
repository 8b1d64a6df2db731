// The OpenID provider, configured as Auth0 behaves: sessions, codes, PKCE, rotation. What is Auth0's own is in routes/.
import { randomBytes } from 'node:crypto';
import Provider, {
  type Configuration,
  errors,
  interactionPolicy,
  type KoaContextWithOIDC,
} from 'oidc-provider';
import { CLAIMS_BY_SCOPE, claimsOf } from './claims.ts';
import { allowsCallback, ClientStorage, clientOf } from './clients.ts';
import type { DevUser, Login } from './dev-tenant.ts';
import { errorPage } from './pages/error-page.ts';
import { PAGE_POLICY } from './pages/html.ts';
import { scopesIn } from './parameters.ts';
import { refreshRequest } from './refresh.ts';
import { RefreshTokenStorage } from './refresh-tokens.ts';
import type { State } from './state.ts';
import { Storage } from './storage.ts';

const { Check, Prompt, base } = interactionPolicy;

/** Seconds: a working day. */
const SESSION_LIFETIME = 36_000;
/** Seconds: thirty days, Auth0's default for refresh tokens that rotate. */
const REFRESH_LIFETIME = 2_592_000;
/** Seconds. */
const CODE_LIFETIME = 60;
/** Seconds: Auth0's default for access and ID tokens. */
const TOKEN_LIFETIME = 86_400;
const ID_TOKEN_LIFETIME = 36_000;
/** Seconds that the page waits for a choice. */
const CHOICE_LIFETIME = 3_600;

export const LOGIN_PATH = '/u/login/';

export function createProvider(state: State): Provider {
  const provider = new Provider(state.issuer, configuration(state));
  Object.defineProperty(provider.Client.prototype, 'redirectUriAllowed', {
    value(this: { readonly clientId: string }, url: string): boolean {
      return allowsCallback(state.tenant(), this.clientId, url);
    },
  });
  return provider;
}

function configuration(state: State): Configuration {
  const { tenant, logins } = state;
  return {
    adapter(kind) {
      if (kind === 'Client') return new ClientStorage(tenant);
      return kind === 'RefreshToken' ? new RefreshTokenStorage(tenant) : new Storage();
    },
    jwks: { keys: [state.keys.jwk] },
    claims: CLAIMS_BY_SCOPE,
    // Auth0 puts the profile into the ID token.
    conformIdTokenClaims: false,
    clientBasedCORS: () => false,
    discovery: { end_session_endpoint: `${state.issuer}oidc/logout` },
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      names: {
        interaction: 'claimgen_dev_login',
        resume: 'claimgen_dev_resume',
        session: 'claimgen_dev_session',
      },
    },
    extraParams: ['audience', 'organization', 'requested_scope'],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      // Its requests would pass by what Auth0 has of its own.
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      revocation: { enabled: true, allowedPolicy: async () => true },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: true },
      webMessageResponseMode: { enabled: true, ack: 'individual-draft-01' },
    },
    findAccount: (_, id, source) => accountOf(state, id, source),
    interactions: { url: (_, { uid }) => `${LOGIN_PATH}${uid}`, policy: policy(state) },
    issueRefreshToken: (_, client, { grantId }) =>
      client.grantTypeAllowed('refresh_token') &&
      logins.ofGrant(grantId)?.scope.includes('offline_access') === true,
    loadExistingGrant: () => undefined,
    pkce: { required: (_, { clientId }) => clientOf(tenant(), clientId)?.secret === undefined },
    renderError(ctx, { error, error_description }) {
      ctx.type = 'html';
      ctx.set('Content-Security-Policy', PAGE_POLICY);
      ctx.body = errorPage(error, error_description);
    },
    responseTypes: ['code'],
    rotateRefreshToken: async (ctx) => {
      await refresh(state, ctx);
      return true;
    },
    routes: {
      authorization: '/authorize',
      jwks: '/.well-known/jwks.json',
      revocation: '/oauth/revoke',
      token: '/oauth/token',
      userinfo: '/userinfo',
    },
    scopes: ['openid', 'offline_access'],
    ttl: {
      AccessToken: TOKEN_LIFETIME,
      AuthorizationCode: CODE_LIFETIME,
      ClientCredentials: TOKEN_LIFETIME,
      Grant: REFRESH_LIFETIME,
      IdToken: ID_TOKEN_LIFETIME,
      Interaction: CHOICE_LIFETIME,
      RefreshToken: REFRESH_LIFETIME,
      Session: SESSION_LIFETIME,
    },
  };
}

/** A user as the provider knows one; undefined for who is no longer in the fixtures. */
function accountOf({ tenant }: State, id: string, source: object | undefined) {
  const user = userOf(tenant().users, id);
  if (user === undefined) {
    if (source === undefined) return undefined;
    throw new errors.InvalidGrant('the user is no longer in the fixtures');
  }
  return {
    accountId: id,
    claims: (_use: string, scope: string) => ({ ...claimsOf(user, scopesIn(scope)) }),
  };
}

export function userOf(users: readonly DevUser[], id: string): DevUser | undefined {
  return users.find((user) => user.id === id);
}

/** What must have happened before a code is given: somebody is logged in who may be, and the Action agrees. */
function policy(state: State): interactionPolicy.DefaultPolicy {
  const prompts = base();
  prompts.remove('consent');
  prompts.get('login')?.checks.add(
    new Check('user_differs', 'the request is for another user', 'login_required', (ctx) => {
      const { session, params } = ctx.oidc;
      const id = session?.accountId;
      if (id === undefined) return Check.NO_NEED_TO_PROMPT;
      const user = userOf(state.tenant().users, id);
      return user !== undefined && fits(user, params ?? {}) ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT;
    }),
  );
  prompts.add(
    new Prompt(
      { name: 'action', requestable: false },
      new Check('action', 'the Action is run', 'access_denied', async (ctx) => {
        await logIn(state, ctx);
        return Check.NO_NEED_TO_PROMPT;
      }),
    ),
  );
  return prompts;
}

/** Parameters of a request for a login. */
type LoginParameters = Readonly<Record<string, unknown>>;

/** Whether a user is the one that a request names, if it names one, and a member of the organization that it is for. */
export function fits(user: DevUser, { login_hint, organization }: LoginParameters): boolean {
  return (login_hint === undefined || login_hint === user.id) && isMember(user, organization);
}

export function isMember({ organization }: DevUser, wanted: unknown): boolean {
  return wanted === undefined || organization?.id === wanted || organization?.name === wanted;
}

/** Runs the Action for who is logged in, and makes the grant that its tokens belong to. */
async function logIn({ logins, tenant }: State, ctx: KoaContextWithOIDC): Promise<void> {
  const { session, client, params = {}, prompts } = ctx.oidc;
  const userId = session?.accountId;
  if (session === undefined || client === undefined || userId === undefined)
    throw new errors.AccessDenied('nobody is logged in');
  const { audience } = params as { readonly audience?: string };
  if (audience !== undefined && !tenant().hasApi(audience))
    throw new errors.AccessDenied(`Service not found: ${audience}`);
  const login = await logins.run({
    userId,
    clientId: client.clientId,
    flow: prompts.has('none') ? 'silent' : 'password',
    ...(audience === undefined ? {} : { audience }),
    scopes: scopesIn(params['requested_scope'] as string | undefined),
  });
  assertAllowed(login);
  const grant = new ctx.oidc.provider.Grant({ accountId: userId, clientId: client.clientId });
  grant.addOIDCScope('openid profile email address phone offline_access');
  const grantId = await grant.save();
  logins.keep(grantId, login);
  ctx.oidc.entity('Grant', grant);
  session.ensureClientContainer(client.clientId);
  session.grantIdFor(client.clientId, grantId);
}

/** Runs the Action at a refresh: after the token was found unused, before another is issued in its place. */
async function refresh(
  { tenant, logins, requests, refreshed }: State,
  ctx: KoaContextWithOIDC,
): Promise<void> {
  const first = logins.ofGrant(ctx.oidc.entities.RefreshToken?.grantId);
  if (first === undefined) throw new errors.InvalidGrant('the login of this refresh token is forgotten');
  const login = await logins.run(refreshRequest(tenant(), first.request, requests.get(ctx.req) ?? {}));
  assertAllowed(login);
  refreshed.set(ctx.req, login);
}

/** @throws OIDCProviderError with the reason that the Action gave, or with what is wrong with it */
function assertAllowed({ outcome, reason = 'no reason is given' }: Login): void {
  if (outcome === 'denied') throw new errors.AccessDenied(reason);
  if (outcome === 'failed') throw new errors.AccessDenied(`the Action has failed: ${reason}`);
}
