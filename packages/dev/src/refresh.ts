// What a refresh asks for, beside what the login asked for.
import { errors } from 'oidc-provider';
import { clientOf } from './clients.ts';
import type { DevTenant, LoginRequest } from './dev-tenant.ts';

/** Parameters of a token request that the provider doesn't know as Auth0 has them. */
export interface TokenRequest {
  readonly audience?: string;
  /** Undefined: none are named. */
  readonly scopes?: readonly string[];
}

/**
 * The login to run at a refresh: for the API of the first login with the scopes of that, or fewer, or for another API that the client's
 * refresh tokens may be exchanged for.
 * @throws OIDCProviderError where they may not
 */
export function refreshRequest(
  tenant: DevTenant,
  first: LoginRequest,
  { audience, scopes }: TokenRequest,
): LoginRequest {
  const { userId, clientId } = first;
  if (audience === undefined || audience === first.audience) {
    const kept = scopes === undefined ? first.scopes : first.scopes.filter((scope) => scopes.includes(scope));
    return { ...first, flow: 'refresh', scopes: kept };
  }
  if (!tenant.hasApi(audience)) throw new errors.AccessDenied(`Service not found: ${audience}`);
  if (clientOf(tenant, clientId)?.refreshAudiences.includes(audience) !== true) {
    throw new errors.InvalidTarget(
      `the refresh tokens of this client are not for ${audience}: add it to "refreshAudiences" of the client in the fixtures`,
    );
  }
  return {
    userId,
    clientId,
    flow: 'refresh-other-audience',
    audience,
    ...(first.audience === undefined ? {} : { firstAudience: first.audience }),
    scopes: scopes ?? first.scopes,
  };
}
