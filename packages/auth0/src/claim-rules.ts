import { parseUrl } from './parse-url.ts';
import { forbiddenNamespaceDomains, profileClaimScopes, restrictedClaims } from './restricted-claims.ts';

/** Why the server leaves out a claim that the Action set. */
export type IgnoreReason =
  | 'restricted name'
  | "namespace of Auth0's own"
  | 'no namespace, which an Auth0 API requires'
  | 'profile claim whose scope was not granted'
  | 'value that JSON cannot hold';

/** What the fate of a claim's name depends on. */
export interface ClaimTarget {
  readonly forAuth0Api: boolean;
  /** Scopes in the token; undefined for ID tokens, which carry profile claims regardless. */
  readonly scope: readonly string[] | undefined;
}

/** Why Auth0 silently drops a custom claim of this name; undefined if it is kept. */
export function reasonToIgnore(name: string, target: ClaimTarget): IgnoreReason | undefined {
  if (restrictedClaims.has(name)) return 'restricted name';
  const profileScope = profileClaimScopes.get(name);
  if (profileScope !== undefined && target.scope !== undefined && !target.scope.includes(profileScope)) {
    return 'profile claim whose scope was not granted';
  }
  if (/^urn:auth0(?::|$)/iu.test(name)) return "namespace of Auth0's own";
  const url = /^https?:\/\//iu.test(name) ? parseUrl(name) : undefined;
  if (url === undefined) return target.forAuth0Api ? 'no namespace, which an Auth0 API requires' : undefined;
  const host = url.hostname.toLowerCase().replace(/\.$/u, '');
  const forbidden = forbiddenNamespaceDomains.some(
    (domain) => host === domain || host.endsWith(`.${domain}`),
  );
  return forbidden ? "namespace of Auth0's own" : undefined;
}
