import { lineLength } from '#auth0/access-token';
import { writesStockClaim } from '#auth0/apis';
import type { Catalog } from '../catalog/catalog.ts';
import type { ClientGrant } from '../catalog/client-grant.ts';
import { canBecome } from '../catalog/placeholders.ts';
import type { AudienceConfig } from '../config/audience-config.ts';
import { assumedIssuer } from '../config/token.ts';
import { jsonBytes } from './worst-claim.ts';

/** The largest line that a machine can send with a token of its client grant. Sizes are bytes. */
export interface GrantReport {
  readonly client: string;
  readonly scopes: number;
  readonly line: number;
  /** By how much it passes the budget; 0 where it fits. */
  readonly over: number;
}

/**
 * Sizes the tokens of the client credentials flow for one audience. No Post-Login Action runs there: all granted scopes are in `scope`.
 * Source: auth0.com/docs, "Access token profiles"; the sample of a machine-to-machine token in "Use access tokens".
 */
export function proveGrants(audience: AudienceConfig, environment: string, catalog: Catalog): GrantReport[] {
  const identifier = audience.identifiers.get(environment) as string;
  return (catalog.clientGrants ?? [])
    .filter((grant) => canBecome(grant.audience, identifier))
    .map((grant) => {
      const scopes = scopesOf(grant, identifier, catalog);
      const line = lineOf(
        audience,
        identifier,
        scopes,
        writesStockClaim(catalog.apis.find((api) => api.identifier === identifier)),
      );
      return {
        client: grant.client,
        scopes: scopes.length,
        line,
        over: Math.max(0, line - audience.budget.bytes),
      };
    })
    .sort((a, b) => b.line - a.line || (a.client < b.client ? -1 : 1));
}

function scopesOf({ scopes }: ClientGrant, identifier: string, catalog: Catalog): readonly string[] {
  if (scopes !== 'all') return scopes;
  return catalog.permissions.filter(({ audience }) => audience === identifier).map(({ name }) => name);
}

function lineOf(
  { token }: AudienceConfig,
  identifier: string,
  scopes: readonly string[],
  stock: boolean,
): number {
  const client = 'c'.repeat(token.clientIdBytes);
  const payload = {
    iss: assumedIssuer(token),
    sub: `${client}@clients`,
    aud: identifier,
    iat: 9_999_999_999,
    exp: 9_999_999_999,
    scope: scopes.join(' '),
    ...(token.organization ? { org_id: `org_${'o'.repeat(16)}` } : {}),
    ...(token.organization && token.organizationName ? { org_name: 'o'.repeat(50) } : {}),
    ...(token.profile === 'rfc9068'
      ? { client_id: client, jti: 'j'.repeat(22) }
      : { gty: 'client-credentials', azp: client }),
    ...(stock ? { permissions: scopes } : {}),
  };
  return lineLength(token, jsonBytes(payload));
}
