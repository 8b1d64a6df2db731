// The access token that a planned login ends with: what `simulate` judges and `dev` signs.
import { writesStockClaim } from '#auth0/apis';
import { type AccessTokenPayload, type Issuance, issueAccessToken } from '#simulator/host/issue-token';
import type { TriggerResult } from '#simulator/host/trigger';
import type { Catalog } from '../catalog/catalog.ts';
import type { TokenAssumptions } from '../config/token.ts';
import { type PlannedLogin, permissionsOf } from './planned-login.ts';

/** The header, payload and signature of a token of the default assumptions, for APIs that are none of the config's. */
const OTHER_TOKEN = { algorithm: 'RS256', profile: 'auth0', keyIdBytes: 64, keyBits: 2048 } as const;

/** How the API's tokens are signed. */
export function signingOf({
  audience,
}: Pick<PlannedLogin, 'audience'>): Pick<
  TokenAssumptions,
  'algorithm' | 'profile' | 'keyIdBytes' | 'keyBits'
> {
  return audience?.token ?? OTHER_TOKEN;
}

/** What differs from one issuer of the same token to another. */
export interface TokenIssuance extends Issuance {
  /** With its trailing slash. */
  readonly issuer: string;
}

/** The payload; undefined where no JWT is issued: the login was not allowed, or no API was requested. */
export function issuedToken(
  planned: PlannedLogin,
  { event, result }: TriggerResult,
  catalog: Catalog,
  { issuer, at, id }: TokenIssuance,
): AccessTokenPayload | undefined {
  const { audience, identifier, user } = planned;
  const api = catalog.apis.find((candidate) => candidate.identifier === identifier);
  return issueAccessToken(
    result,
    event,
    {
      issuer,
      profile: signingOf(planned).profile,
      organizationNames: audience?.token.organizationName ?? false,
      ...(api?.tokenLifetime === undefined ? {} : { lifetime: api.tokenLifetime }),
      ...(writesStockClaim(api) ? { stockPermissions: permissionsOf(user, catalog, identifier) } : {}),
    },
    { at, id },
  );
}
