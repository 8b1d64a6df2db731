// Auth0's own permissions claim, beside which or in place of which claimgen's is.
import { writesStockClaim } from '#auth0/apis';
import type { Api } from '../catalog/catalog.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';

/** The audience's API as the tenant has it, where the catalog knows it. */
export function ownApi({ identifier, catalog }: AudiencePlan): Api | undefined {
  return catalog.apis.find((api) => api.identifier === identifier);
}

/** The token_dialect with which Auth0 writes no claim of its own; undefined where the catalog says that it writes none. */
export function dialectWithoutStock(input: AudiencePlan): string | undefined {
  const api = ownApi(input);
  return writesStockClaim(api) ? api?.tokenDialect?.replace(/_authz$/, '') : undefined;
}

/** The same without Auth0's own permissions claim, neither by the catalog nor by the sample. */
export function withoutStock(input: AudiencePlan): AudiencePlan {
  const { catalog } = input;
  const own = ownApi(input);
  const { permissions: _, ...sample } = input.sample;
  const apis = catalog.apis.map((api) => (api === own ? { ...api, enforcePolicies: false } : api));
  return { ...input, catalog: { ...catalog, apis }, sample };
}
