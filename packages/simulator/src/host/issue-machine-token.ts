// The access token of a machine: client credentials, where no user logs in and the Post-Login trigger does not run.
import type { Issuance, TenantSettings } from './issue-token.ts';

/** A machine's request that is granted. */
export interface MachineGrant {
  readonly clientId: string;
  /** The API's identifier. */
  readonly audience: string;
  readonly scopes: readonly string[];
}

/**
 * The payload that Auth0 would sign for a client's own token.
 * Source: https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
 */
export function issueMachineToken(
  { clientId, audience, scopes }: MachineGrant,
  { issuer, profile = 'auth0', lifetime = 86_400 }: TenantSettings,
  { at, id }: Issuance,
): Readonly<Record<string, unknown>> {
  return {
    iss: issuer,
    sub: `${clientId}@clients`,
    aud: audience,
    ...(profile === 'rfc9068' ? { client_id: clientId } : {}),
    iat: at,
    exp: at + lifetime,
    ...(profile === 'rfc9068' ? { jti: id } : {}),
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    ...(profile === 'auth0' ? { gty: 'client-credentials', azp: clientId } : {}),
  };
}
