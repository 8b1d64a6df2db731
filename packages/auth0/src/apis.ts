import type { PostLoginEvent } from './event.ts';
import { parseUrl } from './parse-url.ts';

const systemPaths: readonly string[] = ['/api/v2/', '/me/', '/my-org/', '/mfa/'];

/** The audiences that Auth0 itself serves on a domain; logins for them pass through the same Actions. */
export function auth0Audiences(domain: string): readonly string[] {
  return [
    ...systemPaths.map((path) => `https://${domain}${path}`),
    `https://${domain}/userinfo`,
    'urn:auth0:express-configure',
    `urn:${domain}:session_transfer`,
  ];
}

/**
 * Does this identifier name one of Auth0's own APIs? `/userinfo` is excepted by the documentation.
 * @param domains the tenant's own, in addition to those on auth0.com
 */
export function isAuth0Api(identifier: string, domains: readonly (string | undefined)[]): boolean {
  if (/^urn:auth0:|^urn:.*:session_transfer$/iu.test(identifier)) return true;
  const url = parseUrl(identifier);
  if (url === undefined) return false;
  const { hostname, pathname } = url;
  if (!domains.includes(hostname) && !hostname.endsWith('.auth0.com')) return false;
  return systemPaths.some((path) => `${pathname}/`.startsWith(path));
}

/** Is this login for one of Auth0's own APIs, whose access tokens carry namespaced custom claims only? */
export function isForAuth0Api(event: PostLoginEvent): boolean {
  const identifier = event.resource_server?.identifier;
  if (identifier === undefined) return false;
  return isAuth0Api(identifier, [event.request.hostname, event.custom_domain?.domain]);
}

/** The settings of an API that decide about Auth0's own `permissions` claim. */
export interface StockClaimSettings {
  /** RBAC. */
  readonly enforcePolicies?: boolean | undefined;
  readonly tokenDialect?: string | undefined;
}

/**
 * Whether Auth0 may write its own claim with all of a user's permissions into an API's tokens. It does only where RBAC is on; an API that
 * does not say so counts as one that has it: an import leaves the tenant's setting as it is. Auth0's documentation does not say that it
 * leaves machines out.
 * Source: https://auth0.com/docs/get-started/apis/enable-role-based-access-control-for-apis
 */
export function writesStockClaim(api: StockClaimSettings | undefined): boolean {
  return api?.enforcePolicies !== false && api?.tokenDialect?.endsWith('_authz') === true;
}
