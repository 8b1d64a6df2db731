// What of the tenant's own history of an Action the log of changes does not say.
import type { ActionState, ActionVersion } from '@claimgen/tenant';
import { MAX_TOKEN_LIFETIME } from '#auth0/limits';
import type { Change, OpenLog } from '../change-commands/open-log.ts';
import { SETTLE, settleOf } from '../change-commands/publish-settled.ts';
import { tablesOf } from '../change-commands/role-tables.ts';
import { unpublished } from '../change-commands/unpublished.ts';
import type { Deployment } from './deployment.ts';

/** Reads every version of the Actions, by GETs. @throws TenantError, TenantFailure where the log can't be read */
export async function unpublishedOf(
  { tenant, opened, project, values }: Deployment,
  log: OpenLog,
  actions: readonly (ActionState | undefined)[],
): Promise<Change[]> {
  const remembered = await log.snapshot();
  const histories: ActionVersion[][] = [];
  for (const action of actions)
    if (action !== undefined) histories.push(await tenant.readVersions(opened.reader, action));
  return unpublished({
    histories,
    tablesOf: (codes) => tablesOf(codes, project.lock),
    remembered,
    difference: log.difference,
    // An API's own lifetime may have been longer when the tokens were issued.
    since: opened.clock.now() - MAX_TOKEN_LIFETIME * 1_000,
    settle: settleOf(values.settle, SETTLE) * 1_000,
  });
}
