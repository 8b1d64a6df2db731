/**
 * Claims that Auth0 ignores when an Action sets them: the login succeeds, and the claim is not in the token.
 * Source: auth0.com/docs, "Create custom claims", restricted claims.
 */
const RESTRICTED = new Set(
  (
    'acr act active amr at_hash ath attest aud auth_time authorization_details azp c_hash client_id cnf cty dest ' +
    'entitlements events exp groups gty htm htu iat internalService iss jcard jku jti jwe jwk kid may_act mky nbf ' +
    'nonce object_id org_id org_name orig origid permissions roles rph s_hash sid sip_callid sip_cseq_num sip_date ' +
    'sip_from_tag sip_via_branch sub sub_jwk toe txn typ uuid vot vtm x5t#S256 scope'
  ).split(' '),
);

/** OIDC profile claims: Auth0 puts them into an access token only if the matching scope was granted. */
const PROFILE = new Set(
  (
    'address birthdate email email_verified family_name gender given_name locale middle_name name nickname ' +
    'phone_number phone_number_verified picture preferred_username profile updated_at website zoneinfo'
  ).split(' '),
);

const FORBIDDEN_DOMAINS = ['auth0.com', 'webtask.io', 'webtask.run'];

/** Why Auth0 would not set a claim of this name, or undefined where it would. */
export function claimNameProblem(
  name: string,
): { readonly message: string; readonly mend: string } | undefined {
  const mend =
    'Use a URL of your own as a namespace, such as https://your-company.example/permissions, or a short private name such as pz.';
  const quoted = JSON.stringify(name);
  if (RESTRICTED.has(name)) return { message: `Auth0 ignores a custom claim named ${quoted}`, mend };
  if (PROFILE.has(name))
    return { message: `Auth0 sets a claim named ${quoted} only with a profile scope`, mend };
  if (/^urn:auth0(?:$|:)/i.test(name))
    return { message: `Auth0 ignores claims in its own namespace, such as ${quoted}`, mend };
  const host = hostOf(name);
  if (
    host !== undefined &&
    FORBIDDEN_DOMAINS.some((domain) => host === domain || host.endsWith(`.${domain}`))
  ) {
    return { message: `Auth0 ignores claims in its own namespaces, such as ${quoted}`, mend };
  }
  return undefined;
}

function hostOf(name: string): string | undefined {
  return URL.canParse(name) ? new URL(name).hostname : undefined;
}
