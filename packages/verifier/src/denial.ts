// Explains why a permission is denied, for logs.
import type { Access, AccessBackground } from './access.ts';
import { internalsOf, isAccess } from './access.ts';
import type { VerifierError } from './errors.ts';
import { isVerifierError } from './errors.ts';
import { likelyCause } from './missing-claim.ts';
import { noAnswerFor } from './permission-state.ts';

export type DenialReason =
  | 'not_authenticated'
  | 'name_unknown'
  | 'not_selected'
  | 'not_granted'
  | 'changed_since'
  | 'newer_than_token'
  | 'layout_forked'
  | 'layout_unknown'
  | 'claim_absent'
  | 'claim_malformed'
  | 'claim_overflow';

/** Why a permission is denied, for logs. It tells how the API is built: never send it to the client. */
export interface Denial {
  readonly reason: DenialReason;
  readonly permission: string;
  readonly message: string;
  readonly fix: string;
  /** Who changed it, as the record of the change says; with `changed_since`. */
  readonly by?: string;
}

/**
 * Explains why `permission` is denied; undefined where it is granted. Pass the access of a verified token,
 * or the error that refused one for its claim.
 *
 * @example
 * logger.info(explainDenial(access, 'orders:refund')); // { reason: 'not_granted', permission, message, fix }
 */
export function explainDenial<P extends string>(
  access: Access<P> | VerifierError,
  permission: NoInfer<P>,
): Denial | undefined {
  if (isVerifierError(access)) return explainRefusal(access, permission);
  if (!isAccess(access)) {
    const [reason, message, fix] = NOT_AUTHENTICATED;
    return { reason, permission, message, fix };
  }
  if (access.permissions.has(permission)) return undefined;
  const stale = noAnswerFor(access, permission);
  if (stale?.kind === 'stale') return explainStale(permission, stale.cause?.by);
  const background = internalsOf(access)?.background;
  const [reason, message, fix] =
    background === undefined ? NOT_GRANTED : explain(access, permission, background);
  return { reason, permission, message, fix };
}

type Explanation = readonly [reason: DenialReason, message: string, fix: string];

const NOT_GRANTED: Explanation = [
  'not_granted',
  "The user or client did not hold the permission when the token was issued, or the Action's role table is older than the role",
  'grant it in Auth0 and have the user log in again; where a role was changed since the Action was deployed, run claimgen build, ' +
    'deploy the Action, then have the user log in again. claimgen explain lists the roles that have the permission',
];

const NOT_RESOLVED: Explanation = [
  'not_granted',
  "The user did not hold the permission when the resolver read it, or the resolver's role table is older than the role",
  'grant it in Auth0: it counts within the ttl of the resolver; where a role was changed since, run claimgen build and deploy ' +
    'this API with the tables that it wrote. claimgen explain lists the roles that have the permission',
];

const NOT_AUTHENTICATED: Explanation = [
  'not_authenticated',
  'There is no access: no token was verified for this request',
  'put authenticate before the handler, and give it the access of the request',
];

const REBUILD_VERIFIER = 'run claimgen build and deploy this API with the generated module';

function explain(access: Access, permission: string, { index, covers }: AccessBackground): Explanation {
  if (index.withdrawn.has(permission)) {
    return [
      'not_selected',
      'The permission left the selection of this audience, or the catalog',
      `ask for the permission that replaced it, where it was renamed; or select it with a pattern of the audience (claimgen explain shows which patterns drop it), then ${REBUILD_VERIFIER}`,
    ];
  }
  if (!index.all.places.has(permission)) {
    return [
      'name_unknown',
      "The permission is not in this verifier's layout: misspelt, not selected by the audience, or added later",
      `check the name with claimgen explain, then ${REBUILD_VERIFIER}`,
    ];
  }
  if (access.readFrom === 'none') return ['claim_absent', ...likelyCause(access.claims, index)];
  if (covers(permission)) return access.readFrom === 'resolver' ? NOT_RESOLVED : NOT_GRANTED;
  if (access.layout === 'forked') {
    return [
      'layout_forked',
      'The Action and this API were built from diverging locks; permissions added after they diverged are not granted',
      'merge claimgen.lock.json of both branches, run claimgen build, then deploy the Action and this API',
    ];
  }
  return [
    'newer_than_token',
    "The permission is newer than the token's layout, or the user holds none of the permissions that were added with it",
    'grant it to the user; where the Action is older than the permission, deploy the one that claimgen build wrote; then have the user log in again',
  ];
}

function explainStale(permission: string, by: string | undefined): Denial {
  return {
    reason: 'changed_since',
    permission,
    message:
      'The permission has changed since the token was issued, so the token does not say whether it is held',
    fix: 'nothing: the client gets a 401 with the reason stale, and refreshes its token',
    ...(by === undefined ? {} : { by }),
  };
}

function explainRefusal(error: VerifierError, permission: string): Denial | undefined {
  if (error.code === 'layout_unknown') {
    return {
      reason: 'layout_unknown',
      permission,
      message: 'The token was written with an unknown layout',
      fix: `after a rebase, deploy verifiers before the Action: ${REBUILD_VERIFIER}`,
    };
  }
  if (error.code === 'claim_overflow') {
    return {
      reason: 'claim_overflow',
      permission,
      message: "The user's permissions did not fit into the token, so the Action wrote an overflow marker",
      fix: 'use encoding: bitset for the audience, give createVerifier a resolver, or give users fewer permissions',
    };
  }
  if (error.code !== 'claim_malformed') return undefined;
  return {
    reason: 'claim_malformed',
    permission,
    message: "The permission claim is not in claimgen's format",
    fix: 'check whether another Action sets the same claim; claimgen inspect shows the claim',
  };
}
