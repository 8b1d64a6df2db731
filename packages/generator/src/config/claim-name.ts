import { type IgnoreReason, reasonToIgnore } from '#auth0/claim-rules';
import { reservedClaims } from '#auth0/restricted-claims';

/** Why Auth0 would not set a claim of this name in an API's access token, or undefined where it would. */
export function claimNameProblem(
  name: string,
): { readonly message: string; readonly fix: string } | undefined {
  const fix =
    'Use a URL of your own as a namespace, such as https://your-company.example/permissions, or a short private name such as pz.';
  const quoted = JSON.stringify(name);
  if (reservedClaims.has(name))
    return { message: `Auth0 fails a login that sets a claim named ${quoted}`, fix };
  // No profile scope counts as granted: a claim that comes and goes with the client's request is of no use.
  const reason = reasonToIgnore(name, { forAuth0Api: false, scope: [] });
  return reason === undefined ? undefined : { message: MESSAGES[reason](quoted), fix };
}

const MESSAGES: Readonly<Record<IgnoreReason, (name: string) => string>> = {
  'restricted name': (name) => `Auth0 ignores a custom claim named ${name}`,
  "namespace of Auth0's own": (name) => `Auth0 ignores claims in its own namespaces, such as ${name}`,
  'no namespace, which an Auth0 API requires': (name) => `Auth0 ignores ${name} in tokens for its own APIs`,
  'profile claim whose scope was not granted': (name) =>
    `Auth0 sets a claim named ${name} only with a profile scope`,
  'value that JSON cannot hold': (name) => `Auth0 can't write the claim ${name}`,
};
