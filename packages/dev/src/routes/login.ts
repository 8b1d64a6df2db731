// The page at which a user is picked, and the choice.
import type { Context, Middleware, Next } from 'koa';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { errors } from 'oidc-provider';
import { clientOf } from '../clients.ts';
import type { DevTenant, DevUser } from '../dev-tenant.ts';
import { errorPage } from '../pages/error-page.ts';
import { PAGE_POLICY } from '../pages/html.ts';
import { pickUserPage } from '../pages/pick-user.ts';
import { fits, isMember, LOGIN_PATH, userOf } from '../provider.ts';
import { BodyError, readBody } from '../request-body.ts';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** Parameters of the request for a login, as far as the page is concerned. */
interface LoginParameters {
  readonly client_id: string;
  readonly audience?: string;
  readonly login_hint?: string;
  readonly organization?: string;
}

export function loginRoute(provider: Provider, tenant: () => DevTenant): Middleware {
  return async (ctx: Context, next: Next) => {
    if (!ctx.path.startsWith(LOGIN_PATH)) return next();
    ctx.set('Content-Security-Policy', PAGE_POLICY);
    ctx.set('Cache-Control', 'no-store');
    try {
      const interaction = await provider.interactionDetails(ctx.req, ctx.res);
      const parameters = interaction.params as unknown as LoginParameters;
      const user =
        ctx.method === 'POST' ? await chosenUser(ctx, tenant(), parameters) : namedUser(tenant(), parameters);
      if (user === undefined) return show(ctx, tenant(), parameters);
      await endOthers(provider, ctx, interaction, user);
      // The provider writes the answer itself.
      ctx.respond = false;
      await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: user.id } });
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound || error instanceof BodyError)) throw error;
      ctx.respond = true;
      ctx.status = 400;
      ctx.type = 'html';
      ctx.body = errorPage(
        'invalid_request',
        'this login has ended, or was begun elsewhere: begin it again in the application',
      );
    }
  };
}

/** Ends the session of another user: the provider would ask first, on a page that needs a script. */
async function endOthers(
  provider: Provider,
  ctx: Context,
  interaction: Interaction,
  { id }: DevUser,
): Promise<void> {
  const { session } = interaction;
  if (session?.accountId === undefined || session.accountId === id) return;
  await (await provider.Session.get(ctx as unknown as KoaContextWithOIDC)).destroy();
  delete interaction.session;
  await interaction.save(interaction.exp - Math.floor(Date.now() / 1_000));
}

/** Who is named in the request needs no page. */
function namedUser({ users }: DevTenant, parameters: LoginParameters): DevUser | undefined {
  const { login_hint } = parameters;
  const user = login_hint === undefined ? undefined : userOf(users, login_hint);
  return user !== undefined && fits(user, { ...parameters }) ? user : undefined;
}

async function chosenUser(
  ctx: Context,
  { users }: DevTenant,
  { organization }: LoginParameters,
): Promise<DevUser | undefined> {
  const id = (await readBody(ctx.req)).get('user');
  const user = id === null ? undefined : userOf(users, id);
  return user !== undefined && isMember(user, organization) ? user : undefined;
}

function show(
  ctx: Context,
  tenant: DevTenant,
  { client_id, audience, login_hint, organization }: LoginParameters,
): void {
  ctx.type = 'html';
  ctx.body = pickUserPage({
    action: ctx.path,
    client: clientOf(tenant, client_id)?.name ?? client_id,
    audience,
    // Who is picked here is who is logged in, whoever was named.
    users: login_hint === undefined ? tenant.users.filter((user) => isMember(user, organization)) : [],
    note:
      login_hint === undefined
        ? undefined
        : `The fixtures have no user ${login_hint}${organization === undefined ? '' : ` in the organization ${organization}`}. Correct login_hint, or add the user to the fixtures.`,
  });
}
