/**
 * Names that `setCustomClaim` accepts and the server drops without a word.
 * Source: https://auth0.com/docs/secure/tokens/json-web-tokens/create-custom-claims (August 2026).
 */
export const restrictedClaims: ReadonlySet<string> = new Set(
  `acr act active amr at_hash ath attest aud auth_time authorization_details azp c_hash client_id cnf cty dest
  entitlements events exp groups gty htm htu iat internalService iss jcard jku jti jwe jwk kid may_act mky nbf nonce
  object_id org_id org_name orig origid permissions roles rph s_hash sid sip_callid sip_cseq_num sip_date
  sip_from_tag sip_via_branch sub sub_jwk toe txn typ uuid vot vtm x5t#S256`.split(/\s+/u),
);

/**
 * Names for which `setCustomClaim` throws in the Post-Login trigger.
 * Source: auth0/auth0-actions, RESERVED_CUSTOM_CLAIMS.
 */
export const reservedClaims: ReadonlySet<string> = new Set(['scope']);

/**
 * Profile claims and the scope that must be granted before an access token carries them.
 * Source: Auth0's page named above for the names, OpenID Connect Core 1.0 section 5.4 for the scopes.
 */
export const profileClaimScopes: ReadonlyMap<string, string> = new Map([
  ...[
    'birthdate',
    'family_name',
    'gender',
    'given_name',
    'locale',
    'middle_name',
    'name',
    'nickname',
    'picture',
    'preferred_username',
    'profile',
    'updated_at',
    'website',
    'zoneinfo',
  ].map((name): [string, string] => [name, 'profile']),
  ['address', 'address'],
  ['email', 'email'],
  ['email_verified', 'email'],
  ['phone_number', 'phone'],
  ['phone_number_verified', 'phone'],
]);

/** Domains that can't be a claim's namespace, nor can their subdomains. Source: the page named above. */
export const forbiddenNamespaceDomains: readonly string[] = ['auth0.com', 'webtask.io', 'webtask.run'];
