import type { Access, AccessBackground } from './access.ts';
import { isAccess, VerifiedAccess } from './access.ts';
import type { VerifierError } from './errors.ts';
import { isVerifierError } from './errors.ts';
import { likelyCause } from './missing-claim.ts';

export type DenialReason =
  | 'not_authenticated'
  | 'name_unknown'
  | 'not_selected'
  | 'not_granted'
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
  readonly mend: string;
}

/**
 * Explains why `permission` is denied; undefined where it is granted. Takes the access of a verified token, or the
 * error that refused one for its claim.
 */
export function explainDenial<P extends string>(
  access: Access<P> | VerifierError,
  permission: NoInfer<P>,
): Denial | undefined {
  if (isVerifierError(access)) return explainRefusal(access, permission);
  if (!isAccess(access)) {
    const [reason, message, mend] = NOT_AUTHENTICATED;
    return { reason, permission, message, mend };
  }
  if (access.permissions.has(permission)) return undefined;
  const background = VerifiedAccess.backgroundOf(access);
  const [reason, message, mend] =
    background === undefined ? NOT_GRANTED : explain(access, permission, background);
  return { reason, permission, message, mend };
}

type Explanation = readonly [reason: DenialReason, message: string, mend: string];

const NOT_GRANTED: Explanation = [
  'not_granted',
  "The user or client did not hold the permission when the token was issued, or the Action's role table is older than the role",
  'grant it in Auth0 and have the user log in again; where a role was changed since the Action was deployed, run claimgen build, ' +
    'deploy the Action, then have the user log in again. claimgen explain lists the roles that have the permission',
];

const NOT_AUTHENTICATED: Explanation = [
  'not_authenticated',
  'There is no access: nobody verified a token for this request',
  'put authenticate before the handler, and give it the access of the request',
];

const REBUILD_VERIFIER = 'run claimgen build and deploy this API with the generated module';

function explain(access: Access, permission: string, { reading, index }: AccessBackground): Explanation {
  if (index.withdrawn.has(permission)) {
    return [
      'not_selected',
      'The permission was in the layout once, but this audience selects it no longer or the catalog lost it',
      `let a pattern of the audience select it (claimgen explain says which drop it), ${REBUILD_VERIFIER}`,
    ];
  }
  if (!index.all.places.has(permission)) {
    return [
      'name_unknown',
      "No such permission is in this verifier's layout: it is misspelt, not selected by the audience, or was added later",
      `check the name with claimgen explain, ${REBUILD_VERIFIER}`,
    ];
  }
  if (access.source === 'none') return ['claim_absent', ...likelyCause(access.claims, index)];
  const place = reading.table.places.get(permission);
  if (place !== undefined && place < reading.places) return NOT_GRANTED;
  if (access.layout === 'forked') {
    return [
      'layout_forked',
      'The Action was built from a lock that grew differently: from the first difference on nothing is granted',
      "merge the branches' claimgen.lock.json, run claimgen build and deploy both the Action and this API",
    ];
  }
  return [
    'newer_than_token',
    'The permission was added after the layout that the token was written with, or the user holds none of those added with it',
    'deploy the Action that claimgen build wrote, and have the user log in again',
  ];
}

function explainRefusal(error: VerifierError, permission: string): Denial | undefined {
  if (error.code === 'layout_unknown') {
    return {
      reason: 'layout_unknown',
      permission,
      message: 'The token was written with a layout that this verifier does not have',
      mend: `after a rebase deploy the verifiers before the Action: ${REBUILD_VERIFIER}`,
    };
  }
  if (error.code === 'claim_overflow') {
    return {
      reason: 'claim_overflow',
      permission,
      message: "The user's permissions did not fit into the token, and the Action said so in their place",
      mend: 'use encoding: bitset for the audience, or give users fewer permissions',
    };
  }
  if (error.code !== 'claim_malformed') return undefined;
  return {
    reason: 'claim_malformed',
    permission,
    message: 'The permission claim is not one that claimgen writes',
    mend: 'look for another Action that sets the same claim after this one; claimgen inspect shows the claim',
  };
}
