import { isVerifierError, type Layout } from '@claimgen/verifier';
import { readPermissions } from '@claimgen/verifier/unverified';
import { lineLength } from '#auth0/access-token';
import type { IgnoredClaim } from '#simulator/api/custom-claims';
import type { AccessTokenPayload } from '#simulator/host/issue-token';
import type { TriggerResult } from '#simulator/host/trigger';
import { jsonBytes } from '../budget/worst-claim.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { issuedToken, signingOf } from './issued-token.ts';
import { domainOf, type PlannedLogin } from './planned-login.ts';

/** What became of one simulated login. Sizes are bytes. */
export interface LoginVerdict {
  readonly user: string;
  readonly title?: string;
  /** The audience's name; null where the Action must touch nothing. */
  readonly audience: string | null;
  readonly flow: string;
  readonly organization?: string;
  readonly outcome: 'allowed' | 'denied' | 'failed';
  /** Why it was denied or has failed. */
  readonly reason?: string;
  /** What a verifier of this build reads in the token, sorted; null where it refuses the claim, or there is none. */
  readonly permissions: readonly string[] | null;
  /** The code of the verifier's error, where it refuses the claim. */
  readonly refused?: string;
  /** The length of the claim: of its text, or of its JSON where it is a list. */
  readonly claimCharacters: number;
  readonly lineBytes: number;
  readonly budgetBytes: number;
  readonly log: readonly string[];
  /** Claims that the Action set and Auth0 leaves out. */
  readonly ignored: readonly IgnoredClaim[];
  readonly removedScopes: number;
  readonly requests: number;
  /** The user's roles and permissions that the catalog doesn't have, each in a sentence without a full stop. */
  readonly unknown: readonly string[];
  /** What of the permissions is not as config and catalog promise; absent where all is. */
  readonly unexpected?: string;
  /** Whether it was allowed with the permissions that config and catalog promise, or denied as the config declares for such a login. */
  readonly expected: boolean;
  /** Whether this login is in order: expected and readable, or with a fault asked for, and within the budget. */
  readonly ok: boolean;
}

export interface VerdictInput {
  readonly planned: PlannedLogin;
  readonly run: TriggerResult;
  readonly catalog: Catalog;
  /** The layout of the planned audience. */
  readonly layout: Layout | undefined;
  /** What of the user's roles and permissions the catalog doesn't have. */
  readonly unknown: readonly string[];
  /** Whether a fault was asked for: then no outcome is wrong. */
  readonly faulty: boolean;
}

/** Judges a login by the token that it ends with. */
export function judgeLogin({ planned, run, catalog, layout, unknown, faulty }: VerdictInput): LoginVerdict {
  const { audience, user, flow, title } = planned;
  const { result } = run;
  // Any fixed moment: the same login gives the same size.
  const payload = issuedToken(planned, run, catalog, {
    issuer: `https://${domainOf(audience)}/`,
    at: 1_772_442_000,
    id: 'i'.repeat(22),
  });
  const claim = layout === undefined || payload === undefined ? undefined : payload[layout.claim];
  const lineBytes = payload === undefined ? 0 : lineLength(signingOf(planned), jsonBytes(payload));
  const budgetBytes = audience?.budget.bytes ?? 0;
  const reason = result.denied ?? result.error;
  const reading = readBack(payload, layout);
  const unexpected = result.outcome === 'allowed' ? unexpectedOf(planned, reading.permissions) : undefined;
  const expected =
    (result.outcome === 'allowed' && unexpected === undefined) ||
    (result.outcome === 'denied' && planned.deniedByConfig === true);
  // An Action older than the lock writes claims that verifiers refuse; the overflow marker is refused as the config declares.
  const isReadable = reading.refused === undefined || reading.refused === 'claim_overflow';
  return {
    user: user.id,
    ...(title === undefined ? {} : { title }),
    audience: audience?.name ?? null,
    flow,
    ...(user.organization === undefined ? {} : { organization: user.organization.id }),
    outcome: result.outcome,
    ...(reason === undefined ? {} : { reason }),
    ...reading,
    claimCharacters:
      claim === undefined ? 0 : (typeof claim === 'string' ? claim : JSON.stringify(claim)).length,
    lineBytes,
    budgetBytes,
    log: result.log,
    ignored: result.ignoredClaims,
    removedScopes: result.removedScopes.length,
    requests: result.requests.length,
    unknown,
    ...(unexpected === undefined ? {} : { unexpected }),
    expected,
    ok: ((expected && isReadable) || faulty) && (audience === undefined || lineBytes <= budgetBytes),
  };
}

function unexpectedOf({ expects }: PlannedLogin, permissions: readonly string[] | null): string | undefined {
  const some = (permissions ?? []).length > 0;
  if (expects === 'some' && !some) return "the user holds none, though the catalog's roles grant some";
  if (expects === 'none' && some) return 'the user holds some, though by the config this login gets none';
  return undefined;
}

function readBack(
  payload: AccessTokenPayload | undefined,
  layout: Layout | undefined,
): Pick<LoginVerdict, 'permissions' | 'refused'> {
  if (payload === undefined || layout === undefined || !Object.hasOwn(payload, layout.claim)) {
    return { permissions: null };
  }
  try {
    return { permissions: [...readPermissions(payload, layout)].sort() };
  } catch (error) {
    if (!isVerifierError(error)) throw error;
    return { permissions: null, refused: error.code };
  }
}
