import { addRuns } from '../add-runs.ts';
import type { HeldPlaces } from '../held-places.ts';
import { report } from '../log.ts';
import type { Login } from '../login.ts';
import { SourceFailure } from '../source-failure.ts';
import type { RolesSource } from '../tables.ts';

/** The source roles: the role table, joined with the names of the user's roles. */
export async function readRoles(source: RolesSource, login: Login, held: HeldPlaces): Promise<void> {
  const { table, runsOf } = login.audience;
  const roles = await tenantRoles(source, login);
  let unknown = 0;
  for (const role of roles) {
    const runs = runsOf.get(role);
    if (runs === undefined) unknown += 1;
    else addRuns(held, runs);
  }
  if (unknown === 0) return;
  const message = unknown + ' of ' + roles.length + ' roles unknown since the last claimgen build';
  if (source.unknownRoles === 'deny') throw new SourceFailure(message, 'deny');
  report(table.name, message);
}

/** The names of the tenant's roles that the user holds. */
async function tenantRoles(source: RolesSource, { event, api, parts }: Login): Promise<readonly string[]> {
  const inOrganization = event.organization !== undefined;
  const listed = source.groups
    ? await parts.effectiveRoles?.(api, inOrganization)
    : (event.authorization?.roles ?? []);
  if (!Array.isArray(listed)) throw new SourceFailure('there is no list of roles');
  const isSure = source.groups || !inOrganization || source.organizations === 'trust-names';
  if (isSure || listed.length === 0) return listed;
  // The event has names only, and an organization's own roles may go by those of the tenant's.
  const tenants = new Set(await parts.effectiveRoles?.(api, true));
  return listed.filter((name) => tenants.has(name));
}
