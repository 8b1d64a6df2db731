// What machines may request of an API: their tokens carry the scopes of their client grants, as no Action runs for them.
import { canBecome } from '../catalog/placeholders.ts';
import type { AudiencePlan } from './audience-plan.ts';

/** What the client grants of one client add up to. */
export interface MachineGrant {
  readonly scopes: readonly string[];
  /** Whether it is every scope of the API, those that come later too. */
  readonly all: boolean;
}

/** By client, with scopes sorted. */
export function machineGrants({ identifier, catalog }: AudiencePlan): ReadonlyMap<string, MachineGrant> {
  const grants = new Map<string, MachineGrant>();
  for (const { client, scopes, audience: of } of catalog.clientGrants ?? []) {
    // A keyword that nothing replaces leaves open which API it is: the size proof counts it for each.
    if (!canBecome(of, identifier)) continue;
    const earlier = grants.get(client);
    const own =
      scopes === 'all'
        ? catalog.permissions
            .filter((permission) => permission.audience === identifier)
            .map(({ name }) => name)
        : scopes;
    grants.set(client, {
      scopes: [...new Set([...(earlier?.scopes ?? []), ...own])].sort(),
      all: scopes === 'all' || earlier?.all === true,
    });
  }
  return grants;
}
