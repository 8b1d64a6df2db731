// Back to the version before: Auth0 keeps up to 50 of each Action.
import { TenantError } from '../errors.ts';
import type { OpenTenant } from '../tenant.ts';
import { call } from '../wire/call.ts';
import {
  type ActionState,
  type ActionVersion,
  type DeployedVersion,
  findAction,
  getAction,
  readVersions,
} from './action-state.ts';
import { codeHash } from './desired-action.ts';
import { pollUntil } from './poll.ts';
import { repeatUnknown } from './repeat-unknown.ts';

/** Milliseconds. */
const UNKNOWN_PATIENCE = 10_000;

export interface RollbackPlan {
  readonly action: ActionState;
  /** The version that will run again. */
  readonly target: ActionVersion;
}

/**
 * Finds what a rollback would bring back: the latest version before the deployed one with other code. A second rollback brings back
 * what the first one took away.
 * @throws TenantError `not_found` where there is no such Action; `refused` where nothing is deployed, or no such version is kept
 */
export async function planRollback(tenant: OpenTenant, name: string): Promise<RollbackPlan> {
  const action = await findAction(tenant.reader, name);
  if (action === undefined) {
    throw new TenantError(
      'not_found',
      `the tenant has no Action ${JSON.stringify(name)}`,
      'Check action.name in the config.',
    );
  }
  const { deployed } = action;
  if (deployed === undefined) {
    throw new TenantError(
      'refused',
      `the Action ${JSON.stringify(name)} was never deployed`,
      'Run claimgen deploy.',
    );
  }
  const versions = await readVersions(tenant.reader, action);
  const target = versions.find(
    ({ number, code, status }) => number < deployed.number && code !== deployed.code && status === 'built',
  );
  if (target === undefined) {
    throw new TenantError(
      'refused',
      `the Action ${JSON.stringify(name)} has no earlier version with other code`,
      'Check out the commit that was deployed before, and run claimgen deploy.',
    );
  }
  return { action, target };
}

export interface RollbackResult {
  readonly actionId: string;
  readonly version: number;
  readonly codeHash: string;
}

/** Deploys the version of a plan again, its code as the draft, too, and waits until logins run it. */
export async function rollback(
  tenant: OpenTenant,
  { action, target }: RollbackPlan,
): Promise<RollbackResult> {
  const named = `the Action ${JSON.stringify(action.name)}`;
  const now = await getAction(tenant.reader, action.id, action.name);
  if (now.deployed?.id !== action.deployed?.id) {
    throw new TenantError(
      'changed_meanwhile',
      `somebody has deployed ${named} since the plan was made`,
      'Run the command again.',
    );
  }
  const what = `version ${target.number} of ${named}`;
  const look = async (): Promise<DeployedVersion | undefined> => {
    const { deployed: current } = await getAction(tenant.reader, action.id, action.name);
    const isNew = current !== undefined && current.id !== action.deployed?.id;
    return isNew && current.code === target.code ? current : undefined;
  };
  const request = (): PromiseLike<unknown> =>
    call(
      `deploying ${what}`,
      tenant.client.actions.versions.deploy(action.id, target.id, { update_draft: true }),
    );
  const deployed = await repeatUnknown(request, () =>
    pollUntil(tenant, `${what} is deployed`, look, UNKNOWN_PATIENCE).catch(() => undefined),
  ).then((seen) => seen ?? pollUntil(tenant, `${what} is deployed`, look));
  return { actionId: action.id, version: deployed.number, codeHash: codeHash(deployed.code) };
}
