import { isVerifierError, type Layout } from '@claimgen/verifier';
import { readPermissions } from '@claimgen/verifier/unverified';
import { lineLength } from '#auth0/access-token';
import { writesStockClaim } from '#auth0/apis';
import type { IgnoredClaim } from '#simulator/api/custom-claims';
import { type AccessTokenPayload, issueAccessToken } from '#simulator/host/issue-token';
import type { TriggerResult } from '#simulator/host/trigger';
import { jsonBytes } from '../budget/worst-claim.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { domainOf, type PlannedLogin, permissionsOf } from './planned-login.ts';

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
  /** Whether it was allowed, or denied as the config declares for such a login. */
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
  /** Whether a fault was asked for: then no outcome is wrong. */
  readonly faulty: boolean;
}

/** The header, payload and signature of a token of the default assumptions, for APIs that are none of the config's. */
const otherToken = { algorithm: 'RS256', profile: 'auth0', keyIdBytes: 64, keyBits: 2048 } as const;

/** Judges a login by the token that it ends with. */
export function judgeLogin({
  planned,
  run: { event, result },
  catalog,
  layout,
  faulty,
}: VerdictInput): LoginVerdict {
  const { audience, user, identifier, flow, title } = planned;
  const issuer = `https://${domainOf(audience)}/`;
  const api = catalog.apis.find((candidate) => candidate.identifier === identifier);
  const stock = writesStockClaim(api);
  const token = audience?.token ?? otherToken;
  const payload = issueAccessToken(
    result,
    event,
    {
      issuer,
      profile: token.profile,
      organizationNames: audience?.token.organizationName ?? false,
      ...(stock ? { stockPermissions: permissionsOf(user, catalog, identifier) } : {}),
    },
    // Any fixed moment: the same login gives the same size.
    { at: 1_772_442_000, id: 'i'.repeat(22) },
  );
  const claim = layout === undefined || payload === undefined ? undefined : payload[layout.claim];
  const lineBytes = payload === undefined ? 0 : lineLength(token, jsonBytes(payload));
  const budgetBytes = audience?.budget.bytes ?? 0;
  const reason = result.denied ?? result.error;
  const expected =
    result.outcome === 'allowed' || (result.outcome === 'denied' && planned.deniedByConfig === true);
  const reading = readBack(payload, layout);
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
    expected,
    ok: ((expected && isReadable) || faulty) && (audience === undefined || lineBytes <= budgetBytes),
  };
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
