// What most likely kept the permission claim out of a token.
import type { AccessClaims } from './access.ts';
import type { LayoutIndex } from './claim/layout-index.ts';
import { isMachineToken } from './claim/machine-token.ts';

/** What most likely kept the permission claim out of a token, and the fix. */
export function likelyCause(claims: AccessClaims, index: LayoutIndex): readonly [string, string] {
  const other = Object.keys(claims).find((name) => isPermissionClaim(claims[name], index));
  if (other !== undefined) {
    return [
      "The expected claim is missing, but another claim holds a value in claimgen's format",
      'the claim was renamed in claimgen.config on one side: run claimgen build, then deploy the Action and this API',
    ];
  }
  if (isMachineToken(claims)) {
    return [
      'The token was issued for client credentials, for which Auth0 runs no Post-Login Action',
      "give createVerifier fallback: ['permissions', 'scope'] (scope needs rbacEnforced: true) and fallbackFor: 'machines', so " +
        'that no token of a user is read that way',
    ];
  }
  if (Object.hasOwn(claims, 'permissions')) {
    return [
      "The token has Auth0's permissions claim (the API uses an _authz token dialect), but not the Action's",
      "deploy the Action and bind it to the Post-Login trigger; until then, fallback: ['permissions'] reads Auth0's claim",
    ];
  }
  return [
    'The token has no permission claim',
    'check that the Action is deployed and bound to the Post-Login trigger, that its config has this audience, ' +
      "and that Auth0 doesn't drop the claim for its name, as it does with URLs on auth0.com; a short private name will do",
  ];
}

function isPermissionClaim(value: unknown, { byFirstId }: LayoutIndex): boolean {
  return typeof value === 'string' && /^[\w-]{6,}\./.test(value) && byFirstId.has(value.slice(0, 6));
}
