// Carries a plan out. Each step is decided from what the tenant has at that moment, so that a deploy which was cut off anywhere goes
// on where it was, and one that is done changes nothing.
import { isDeepStrictEqual } from 'node:util';
import { TenantError } from '../errors.ts';
import type { OpenTenant } from '../tenant.ts';
import { call } from '../wire/call.ts';
import {
  type ActionState,
  type Binding,
  getAction,
  readBindings,
  readTriggerState,
  sameState,
  type TriggerState,
} from './action-state.ts';
import { codeHash, type DesiredAction } from './desired-action.ts';
import { type DeployPlan, type DeployStep, hasContent, needsSecrets, stepsTo } from './plan.ts';
import { pollUntil } from './poll.ts';

/** Writes whose outcome is unknown and that are looked after before the deploy gives up. */
const MAX_UNKNOWN = 3;
/** Times that one step is done: the tenant's answers may be behind it. */
const MAX_REPEATS = 5;
/** Times that a binding is tried: one right after the Action was made fails now and then (auth0-deploy-cli 385, 395). */
const BIND_ATTEMPTS = 5;
/** Milliseconds between them. */
const BIND_WAIT = 2_000;

export interface ApplyOptions {
  /** Goes on although something would be lost. */
  readonly allowDestructive?: boolean;
  /** Told of each step when it is done. */
  readonly onStep?: (step: DeployStep) => void;
}

export interface DeployResult {
  readonly actionId: string;
  /** Of the version that logins run. */
  readonly version: number;
  /** SHA-256 of the code that logins run, read back from the tenant. */
  readonly codeHash: string;
  /** What runs in the trigger, in its order. */
  readonly bound: readonly string[];
  /** Steps that were done. */
  readonly done: readonly DeployStep[];
}

/**
 * Applies a plan: writes the draft, waits until it is built, deploys it, waits until logins run it, binds it where it isn't bound,
 * and reads everything back. A plan without steps sends nothing but GETs.
 * @throws TenantError `refused` where something would be lost; `changed_meanwhile` where the tenant is not as it was planned for;
 * `build_failed`; `deadline_exceeded`
 */
export async function applyPlan(
  tenant: OpenTenant,
  plan: DeployPlan,
  options: ApplyOptions = {},
): Promise<DeployResult> {
  const { desired, losses } = plan;
  if (losses.length > 0 && options.allowDestructive !== true) {
    throw new TenantError(
      'refused',
      `the deploy would lose ${losses.join('; ')}`,
      'Save it first, then use --allow-destructive.',
    );
  }
  let state = await readTriggerState(tenant.reader, desired.name, desired.trigger.id);
  if (!sameState(state, plan.before)) {
    throw new TenantError(
      'changed_meanwhile',
      `somebody has changed the Action ${JSON.stringify(desired.name)} or its trigger since the plan was made`,
      'Run the command again: it makes a new plan.',
    );
  }
  const done: DeployStep[] = [];
  let id = state.action?.id;
  let updateSecrets = desired.updateSecrets ?? false;
  let rebuild = state.action?.status === 'failed';
  for (let unknown = 0; ; ) {
    const [step] = stepsTo(desired, state, updateSecrets, rebuild);
    if (step === undefined) break;
    // Somebody undoes what is done here.
    if (done.filter((other) => other === step).length >= MAX_REPEATS) throw changedMeanwhile(desired);
    try {
      id = await take(step, tenant, desired, state);
      if (step === 'create' || step === 'update') updateSecrets = rebuild = false;
      done.push(step);
      options.onStep?.(step);
    } catch (error) {
      // Whether it was carried out is seen from the tenant.
      if (!(error instanceof TenantError && error.code === 'outcome_unknown') || ++unknown > MAX_UNKNOWN)
        throw error;
    }
    state = await readTriggerState(tenant.reader, desired.name, desired.trigger.id, id);
  }
  return { ...verify(desired, plan.before, state), done };
}

/** Does one step, and tells the Action's id. */
async function take(
  step: DeployStep,
  tenant: OpenTenant,
  desired: DesiredAction,
  state: TriggerState,
): Promise<string> {
  const { action, bindings } = state;
  if (step === 'create' || action === undefined) return create(tenant, desired);
  if (step === 'update') await update(tenant, desired, action);
  else if (step === 'deploy') await deploy(tenant, desired, action);
  else await bind(tenant, desired, action, bindings);
  return action.id;
}

function contentOf(
  desired: DesiredAction,
): Pick<DesiredAction, 'code' | 'runtime'> & { dependencies: { name: string; version: string }[] } {
  const { code, runtime, dependencies } = desired;
  return { code, runtime, dependencies: dependencies.map(({ name, version }) => ({ name, version })) };
}

function secretsOf(desired: DesiredAction): { name: string; value: string }[] {
  return desired.secrets.map(({ name, value = '' }) => ({ name, value }));
}

function secretValues({ secrets }: DesiredAction): string[] {
  return secrets.map(({ value = '' }) => value);
}

async function create({ client }: OpenTenant, desired: DesiredAction): Promise<string> {
  const { id, version } = desired.trigger;
  const created = await call(
    `creating the Action ${JSON.stringify(desired.name)}`,
    client.actions.create({
      name: desired.name,
      supported_triggers: [{ id: id as 'post-login', version }],
      ...contentOf(desired),
      secrets: secretsOf(desired),
    }),
    secretValues(desired),
  );
  if (typeof created.id === 'string') return created.id;
  throw new TenantError(
    'answer_invalid',
    'creating the Action: the answer has no id',
    'Run the command again; it looks at what is there first.',
  );
}

async function update({ client }: OpenTenant, desired: DesiredAction, action: ActionState): Promise<void> {
  const secrets = needsSecrets(desired, action) ? { secrets: secretsOf(desired) } : {};
  await call(
    `updating the Action ${JSON.stringify(desired.name)}`,
    client.actions.update(action.id, { ...contentOf(desired), ...secrets }),
    secretValues(desired),
  );
}

async function deploy(tenant: OpenTenant, desired: DesiredAction, action: ActionState): Promise<void> {
  const { client, reader } = tenant;
  const named = `the Action ${JSON.stringify(desired.name)}`;
  const built = await pollUntil(tenant, `${named} is built`, async () => {
    const now = await getAction(reader, action.id, desired.name);
    if (now.status === 'failed') throw buildFailed(now);
    return now.status === 'built' ? now : undefined;
  });
  if (!hasContent(desired, built)) throw changedMeanwhile(desired);
  await call(`deploying ${named}`, client.actions.deploy(action.id));
  await pollUntil(tenant, `${named} is deployed`, async () => {
    const { deployed } = await getAction(reader, action.id, desired.name);
    const isNew = deployed !== undefined && deployed.id !== action.deployed?.id;
    return isNew && hasContent(desired, deployed) ? true : undefined;
  });
}

function buildFailed({ name, errors }: ActionState): TenantError {
  const why = errors.length === 0 ? '' : `: ${errors.join('; ')}`;
  return new TenantError(
    'build_failed',
    `the tenant can't build the Action ${JSON.stringify(name)}${why}; logins run what they ran before`,
    'Look at the Action in the Auth0 dashboard under Actions > Library: it shows the build log.',
  );
}

function changedMeanwhile({ name }: DesiredAction): TenantError {
  return new TenantError(
    'changed_meanwhile',
    `somebody else is changing the Action ${JSON.stringify(name)} or its trigger`,
    'Run the command again when they are done: it makes a new plan.',
  );
}

/** Adds ours at the end. The others are named by their binding, so that nothing of them changes. */
async function bind(
  tenant: OpenTenant,
  desired: DesiredAction,
  action: ActionState,
  planned: readonly Binding[],
): Promise<void> {
  const { client, reader, clock } = tenant;
  const trigger = desired.trigger.id;
  for (let attempt = 1; ; attempt++) {
    // There is no ETag: the time between reading and writing is as short as it can be, and it is read back.
    const others = await readBindings(reader, trigger);
    if (others.some(({ actionId }) => actionId === action.id)) return;
    if (!isDeepStrictEqual(idsOf(others), idsOf(planned))) throw changedMeanwhile(desired);
    const bindings = [
      ...others.map(({ id, displayName }) => ({
        ref: { type: 'binding_id' as const, value: id },
        display_name: displayName,
      })),
      { ref: { type: 'action_id' as const, value: action.id }, display_name: desired.name },
    ];
    try {
      await call(
        `binding ${trigger}`,
        client.actions.triggers.bindings.updateMany(trigger as 'post-login', { bindings }),
      );
      return;
    } catch (error) {
      const tooEarly =
        error instanceof TenantError && (error.code === 'request_refused' || error.code === 'not_found');
      if (!tooEarly || attempt >= BIND_ATTEMPTS) throw error;
      await clock.sleep(BIND_WAIT);
    }
  }
}

function idsOf(bindings: readonly Binding[]): string[] {
  return bindings.map(({ id }) => id);
}

/** What the tenant has at the end is what it shall have, and what was bound before is bound in its order. */
function verify(
  desired: DesiredAction,
  before: TriggerState,
  { action, bindings }: TriggerState,
): Omit<DeployResult, 'done'> {
  if (action?.deployed === undefined || codeHash(action.deployed.code) !== codeHash(desired.code))
    throw changedMeanwhile(desired);
  const kept = idsOf(bindings).filter((id) => before.bindings.some((binding) => binding.id === id));
  if (!isDeepStrictEqual(kept, idsOf(before.bindings))) throw changedMeanwhile(desired);
  return {
    actionId: action.id,
    version: action.deployed.number,
    codeHash: codeHash(action.deployed.code),
    bound: bindings.map(({ displayName }) => displayName),
  };
}
