// What a deploy would do, found out by GETs alone: from what the tenant has and what it shall have, the steps between them.

import { TenantError } from '../errors.ts';
import type { OpenTenant } from '../tenant.ts';
import { type ActionContent, type ActionState, readTriggerState, type TriggerState } from './action-state.ts';
import type { DesiredAction } from './desired-action.ts';

/** In their order. `create` and `update` write the draft, which no login runs; `deploy` makes it live; `bind` lets it run. */
export type DeployStep = 'create' | 'update' | 'deploy' | 'bind';

export interface DeployPlan {
  readonly desired: DesiredAction;
  readonly before: TriggerState;
  /** Empty where the tenant is as it shall be. */
  readonly steps: readonly DeployStep[];
  /** What somebody would lose by it, in words. Only `allowDestructive` lets it be applied. */
  readonly losses: readonly string[];
  /** What the reader should know, but that stops nothing. */
  readonly notes: readonly string[];
}

export interface PlanOptions {
  /** Whether code is the work of claimgen. Other code under the Action's name is somebody else's. */
  readonly isOurs: (code: string) => boolean;
}

/**
 * Plans the deployment of an Action.
 * @throws TenantError `refused` where the Action can't become what it shall be; those of reading
 * @example
 * const plan = await planDeploy(tenant, action, { isOurs: (code) => code.includes('@claimgen') });
 * console.log(formatPlan(plan));
 */
export async function planDeploy(
  tenant: OpenTenant,
  desired: DesiredAction,
  options: PlanOptions,
): Promise<DeployPlan> {
  const before = await readTriggerState(tenant.reader, desired.name, desired.trigger.id);
  const { action } = before;
  if (action !== undefined && !action.triggers.includes(desired.trigger.id)) {
    throw new TenantError(
      'refused',
      `the Action ${JSON.stringify(desired.name)} is for the trigger ${action.triggers.join(', ')}, not for ${desired.trigger.id}`,
      'Give action.name another name in the config, or remove the Action in the tenant: the trigger of an Action never changes.',
    );
  }
  const steps = stepsTo(desired, before);
  assertSecrets(desired, before, steps);
  return {
    desired,
    before,
    steps,
    losses: lossesOf(desired, action, steps, options),
    notes: notesOf(desired, before, steps),
  };
}

/**
 * What is left to be done.
 * @param rebuild whether the draft is written although it is what it shall be: its build failed, which another one may not
 */
export function stepsTo(
  desired: DesiredAction,
  { action, bindings }: TriggerState,
  updateSecrets: boolean = desired.updateSecrets ?? false,
  rebuild: boolean = action?.status === 'failed',
): DeployStep[] {
  const bound = action !== undefined && bindings.some(({ actionId }) => actionId === action.id);
  const bind: DeployStep[] = bound ? [] : ['bind'];
  if (action === undefined) return ['create', 'deploy', ...bind];
  if (!updateSecrets && action.deployed !== undefined && hasContent(desired, action.deployed)) return bind;
  const writes = updateSecrets || rebuild || !hasContent(desired, action);
  return [...(writes ? (['update'] as const) : []), 'deploy', ...bind];
}

/** Whether a draft or a version is what the Action shall be. */
export function hasContent(desired: DesiredAction, content: ActionContent): boolean {
  const names = desired.secrets.map(({ name }) => name);
  return (
    content.code === desired.code &&
    content.runtime === desired.runtime &&
    sameNames(content.secretNames, names) &&
    sameNames(content.dependencies.map(dependencyKey), desired.dependencies.map(dependencyKey))
  );
}

function dependencyKey({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name}@${version}`;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return (
    a.length === b.length &&
    new Set([...a, ...b]).size === new Set(a).size &&
    new Set(a).size === new Set(b).size
  );
}

/** Whether a write has to carry the secrets: a PATCH without them leaves them as they are. */
export function needsSecrets(desired: DesiredAction, action: ActionState | undefined): boolean {
  const names = desired.secrets.map(({ name }) => name);
  return desired.updateSecrets === true || action === undefined || !sameNames(action.secretNames, names);
}

function assertSecrets(desired: DesiredAction, { action }: TriggerState, steps: readonly DeployStep[]): void {
  if (!steps.includes('create') && !steps.includes('update')) return;
  if (!needsSecrets(desired, action)) return;
  const missing = desired.secrets
    .filter(({ value }) => value === undefined || value === '')
    .map(({ name }) => name);
  if (missing.length === 0) return;
  throw new TenantError(
    'option_invalid',
    `the Action needs ${missing.length === 1 ? 'the secret' : 'the secrets'} ${missing.join(', ')}, which the environment does not have`,
    `Set ${missing.join(', ')} as environment variables.`,
  );
}

function lossesOf(
  desired: DesiredAction,
  action: ActionState | undefined,
  steps: readonly DeployStep[],
  { isOurs }: PlanOptions,
): string[] {
  if (action === undefined || !(steps.includes('update') || steps.includes('deploy'))) return [];
  const losses: string[] = [];
  const { deployed } = action;
  if (deployed !== undefined && !isOurs(deployed.code)) {
    losses.push(
      `the code that the Action ${JSON.stringify(action.name)} runs now was not written by claimgen`,
    );
  }
  if (!hasContent(desired, action)) {
    const undeployed = deployed === undefined || deployed.code !== action.code;
    if (undeployed && !isOurs(action.code))
      losses.push('its draft, which was not written by claimgen and is not deployed');
    else if (undeployed) losses.push('its draft, which somebody has changed and not deployed');
  }
  const gone = (kind: string, before: readonly string[], after: readonly string[]): void => {
    const lost = before.filter((name) => !after.includes(name));
    if (lost.length > 0) losses.push(`its ${kind} ${lost.join(', ')}`);
  };
  gone(
    'dependencies',
    action.dependencies.map(({ name }) => name),
    desired.dependencies.map(({ name }) => name),
  );
  gone(
    'secrets',
    action.secretNames,
    desired.secrets.map(({ name }) => name),
  );
  return losses;
}

function notesOf(
  desired: DesiredAction,
  { action, bindings }: TriggerState,
  steps: readonly DeployStep[],
): string[] {
  const notes: string[] = [];
  if (action !== undefined && !steps.includes('deploy') && !hasContent(desired, action)) {
    notes.push('The draft differs from what is deployed; it is left as it is.');
  }
  if (action !== undefined && action.modules.length > 0) {
    notes.push(`The Action uses the modules ${action.modules.join(', ')}; they stay.`);
  }
  if (steps.includes('bind')) {
    const others = bindings.map(({ displayName }) => displayName);
    notes.push(
      others.length === 0
        ? `Nothing else is bound to ${desired.trigger.id}.`
        : `It runs last, after ${others.join(', ')}; their order stays.`,
    );
  }
  return notes;
}
