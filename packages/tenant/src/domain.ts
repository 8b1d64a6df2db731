// The tenant's domain, as AUTH0_DOMAIN has it: a host, with a port for stand-ins on loopback.
import { TenantError } from './errors.ts';

/** Labels of RFC 1123, section 2.1, and a port. */
const DOMAIN =
  /^(?=[^:]{1,253}(?::|$))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*(?::[0-9]{1,5})?$/u;

/**
 * Checks a domain and gives it in lower case.
 * @throws TenantError `domain_invalid`
 * @example
 * parseDomain('acme.eu.auth0.com');
 */
export function parseDomain(value: string): string {
  const domain = value.trim().toLowerCase();
  if (DOMAIN.test(domain)) return domain;
  const host = /^https?:\/\/([^/?#]+)/u.exec(domain)?.[1];
  throw new TenantError(
    'domain_invalid',
    `the tenant's domain ${JSON.stringify(value)} is not a host name`,
    host !== undefined && DOMAIN.test(host)
      ? `Set AUTH0_DOMAIN to ${host}, without the scheme.`
      : 'Set AUTH0_DOMAIN to the domain of the tenant, such as acme.eu.auth0.com.',
  );
}

/** The identifier of the tenant's Management API, which its tokens have as `aud`. */
export function managementAudience(domain: string): string {
  return `https://${domain}/api/v2/`;
}
