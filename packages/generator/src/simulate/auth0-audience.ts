import type { PostLoginEvent } from './post-login-event.ts';

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
 * Is this login for one of Auth0's own APIs, whose access tokens carry namespaced custom claims only? `/userinfo`
 * is excepted by the documentation.
 */
export function isForAuth0Api(event: PostLoginEvent): boolean {
  const identifier = event.resource_server?.identifier;
  if (identifier === undefined) return false;
  if (/^urn:auth0:|^urn:.*:session_transfer$/iu.test(identifier)) return true;
  if (!URL.canParse(identifier)) return false;
  const { hostname, pathname } = new URL(identifier);
  const own = [event.request.hostname, event.custom_domain?.domain];
  if (!own.includes(hostname) && !hostname.endsWith('.auth0.com')) return false;
  return systemPaths.some((path) => `${pathname}/`.startsWith(path));
}
