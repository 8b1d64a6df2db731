/** What the size proof assumes of the parts of a token that claimgen doesn't make. Sizes are bytes of JSON text. */
export interface TokenAssumptions {
  readonly algorithm: 'RS256' | 'PS256' | 'HS256';
  readonly profile: 'auth0' | 'rfc9068';
  /** The `iss` claim, where the config states it. */
  readonly issuer?: string;
  /** Space-separated scopes, or `all`: the standard ones and every scope of the API. */
  readonly scope: string;
  readonly subjectBytes: number;
  readonly clientIdBytes: number;
  readonly keyIdBytes: number;
  readonly keyBits: number;
  /** Whether users log in to organizations: adds `org_id`. */
  readonly organization: boolean;
  /** Whether the tenant puts the names of organizations into tokens, too: adds `org_name`. Off in Auth0 by default. */
  readonly organizationName: boolean;
  /** The path of a payload whose claims are counted, as the config writes it. */
  readonly sample?: string;
}

export type RawToken = Partial<TokenAssumptions>;

/** The standard scopes, which `scope: all` counts in addition to the API's own. */
export const STANDARD_SCOPES = 'openid profile email offline_access';

const DEFAULTS: TokenAssumptions = {
  algorithm: 'RS256',
  profile: 'auth0',
  scope: STANDARD_SCOPES,
  subjectBytes: 60,
  clientIdBytes: 32,
  keyIdBytes: 54,
  keyBits: 2048,
  organization: true,
  organizationName: false,
};

/** Characters of the longest issuer that Auth0 gives to a tenant. */
export const ISSUER_BYTES = 42;

/** The issuer that sizes are computed with: the config's, with the slash that Auth0's end in, or one as long as any. */
export function assumedIssuer({ issuer }: TokenAssumptions): string {
  return issuer === undefined ? 'i'.repeat(ISSUER_BYTES) : issuer.replace(/\/?$/, '/');
}

/** The scopes that a text names, with any white space between them. */
export function scopesIn(text: string): string[] {
  return text.split(/\s+/).filter((scope) => scope !== '');
}

/** @param scope the default for `scope`, where it is another than the standard scopes */
export function tokenAssumptionsOf(raw: RawToken, scope: string = STANDARD_SCOPES): TokenAssumptions {
  const { scope: given = scope } = raw;
  // A block of YAML ends in a line break, and may have one between two scopes.
  return { ...DEFAULTS, ...raw, scope: scopesIn(given).join(' ') };
}
