import type { PostLoginEvent } from '#auth0/event';
import type { LoginResult } from './login-result.ts';

/** The settings of a tenant and its API that shape access tokens. */
export interface TenantSettings {
  /** With its trailing slash: `https://acme.eu.auth0.com/`, or that of the custom domain logged in at. */
  readonly issuer: string;
  /** `auth0` by default. */
  readonly profile?: 'auth0' | 'rfc9068';
  /** Seconds; 86,400 by default. */
  readonly lifetime?: number;
  /** The stock `permissions` claim, where an `_authz` dialect adds it. */
  readonly stockPermissions?: readonly string[];
  /** "Organization names in Authentication API": adds `org_name`. */
  readonly organizationNames?: boolean;
}

/** What differs from token to token. */
export interface Issuance {
  /** Seconds since the epoch. */
  readonly at: number;
  /** The `jti` of the RFC 9068 profile. */
  readonly id: string;
}

/** A payload as it will be serialised: only JSON, in the order of Auth0's samples. */
export type AccessTokenPayload = Readonly<Record<string, unknown>>;

const defaultLifetime = 86_400;

/** `gty` is "only present for `password` and `refresh_token`" (Auth0, access token profiles). */
const grantTypes: ReadonlyMap<string | undefined, string> = new Map([
  ['oauth2-password', 'password'],
  ['oauth2-resource-owner', 'password'],
  ['oauth2-refresh-token', 'refresh_token'],
]);

/**
 * The access token's payload that Auth0 would sign after this login; undefined where it issues no JWT: the login was
 * not allowed, or no API was requested (that token is opaque).
 * Source: https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
 */
export function issueAccessToken(
  result: LoginResult,
  event: PostLoginEvent,
  tenant: TenantSettings,
  { at, id }: Issuance,
): AccessTokenPayload | undefined {
  const audience = event.resource_server?.identifier;
  if (result.outcome !== 'allowed' || audience === undefined) return undefined;
  const { profile = 'auth0', lifetime = defaultLifetime, stockPermissions } = tenant;
  const { client_id } = event.client;
  const grantType = profile === 'auth0' ? grantTypes.get(event.transaction?.protocol) : undefined;
  const standard = {
    iss: tenant.issuer,
    sub: event.user.user_id,
    aud: result.scope.includes('openid') ? [audience, `${tenant.issuer}userinfo`] : audience,
    ...(profile === 'rfc9068' ? { client_id } : {}),
    iat: at,
    exp: at + lifetime,
    ...(profile === 'rfc9068' ? { jti: id } : {}),
    // No scope, no claim.
    ...(result.scope.length === 0 ? {} : { scope: result.scope.join(' ') }),
    ...(event.organization === undefined ? {} : { org_id: event.organization.id }),
    ...(event.organization === undefined || !tenant.organizationNames
      ? {}
      : { org_name: event.organization.name }),
    ...(grantType === undefined ? {} : { gty: grantType }),
    ...(profile === 'auth0' ? { azp: client_id } : {}),
    ...(stockPermissions === undefined ? {} : { permissions: stockPermissions }),
  };
  // Restricted names never get into the custom claims, so neither side can overwrite the other.
  return Object.freeze(Object.assign(Object.create(null), result.accessTokenClaims, standard));
}
