// `claimgen deploy`: plan, show, ask, apply, read back.

import type { ApplyOptions, DeployPlan, DeployResult, DeployStep, DesiredAction } from '@claimgen/tenant';
import type { Change, OpenLog } from '../change-commands/open-log.ts';
import { publishSettled, SETTLE, SETTLE_OPTION, settleOf } from '../change-commands/publish-settled.ts';
import { tablesOf } from '../change-commands/role-tables.ts';
import { type Command, type CommandResult, defineCommand } from '../cli/command.ts';
import { confirm } from '../cli/confirm.ts';
import type { Process } from '../cli/process.ts';
import { refusal } from '../errors.ts';
import { shown } from '../format/visible-text.ts';
import { isGeneratedCode } from '../project/generated.ts';
import { loadProject } from '../project/project.ts';
import { connect } from './connect.ts';
import type { DeployValues } from './deployment.ts';
import { type Deployment, logOf, readKnown, tell } from './deployment.ts';
import { type Built, builtActions } from './desired-actions.ts';
import { domainOf } from './needed.ts';
import { rollBack } from './rollback.ts';
import { TENANT_OPTIONS } from './tenant-command.ts';
import { asProblems, loadTenantPackage, type TenantPackage } from './tenant-package.ts';
import { unpublishedOf } from './unpublished-deploys.ts';
import { assertVerified } from './verified-by.ts';
import { writtenLineages } from './written-lineages.ts';

export const deploy: Command = defineCommand({
  describe: 'Bring the built Action into the tenant: show what changes, ask, apply, read back',
  options: {
    ...TENANT_OPTIONS,
    'dry-run': { type: 'boolean', describe: 'Show what would change, and change nothing' },
    yes: { type: 'boolean', describe: 'Apply without asking' },
    rollback: { type: 'boolean', describe: 'Deploy the version before the deployed one again' },
    'allow-destructive': { type: 'boolean', describe: 'Apply although something would be lost' },
    'verified-by': {
      type: 'string',
      describe: 'APIs that must read what is deployed: URLs of /.well-known/claimgen or files, with commas',
    },
    changes: { type: 'string', describe: 'A module that opens a log of changes, to publish in' },
    settle: SETTLE_OPTION,
    'update-secrets': { type: 'boolean', describe: "Send the Action's secrets again" },
  },
  examples: [
    ['$0 deploy --dry-run', 'what would change'],
    ['$0 deploy', 'and ask'],
    ['$0 deploy --yes --env prod', 'in CI'],
    ['$0 deploy --rollback', 'the version before'],
  ],
  async run(values, _, process) {
    const tenant = await loadTenantPackage();
    return asProblems(tenant, () => deployWith(tenant, values, process));
  },
});

async function deployWith(
  tenant: typeof TenantPackage,
  values: DeployValues,
  process: Process,
): Promise<CommandResult> {
  settleOf(values.settle, SETTLE);
  const project = loadProject({
    cwd: process.cwd,
    config: values.config,
    env: values.env,
  });
  const built = builtActions(project, process.cwd, process.env ?? {}, values.updateSecrets === true);
  const isRollback = values.rollback === true;
  if (built.failures.length > 0 && !isRollback) return refused(built);
  const needs = values.dryRun === true ? tenant.SCOPES.plan : tenant.SCOPES.deploy;
  const domain = domainOf(project.config, project.environment);
  const opened = await connect(tenant, needs, values, process, domain);
  const deployment = { tenant, project, opened, built, values, process };
  return isRollback ? rollBack(deployment) : deployBuilt(deployment);
}

function refused({ failures }: Built): CommandResult {
  return {
    text: shown(failures)
      .map(({ message, fix }) => `FAILED ${message}\n  ${fix}`)
      .join('\n'),
    json: { failures },
    exitCode: 1,
  };
}

/** Whether code is the work of claimgen. */
const isOurs = (code: string): boolean => isGeneratedCode(code);

async function deployBuilt(deployment: Deployment): Promise<CommandResult> {
  const { tenant, project, opened, built, values, process } = deployment;
  const plans: DeployPlan[] = [];
  for (const action of built.actions) plans.push(await tenant.planDeploy(opened, action, { isOurs }));
  const isDryRun = values.dryRun === true;
  const lines = plans.flatMap((plan) => tenant.formatPlan(plan));
  tell(deployment, lines);
  const known = await readKnown(deployment);
  const deployed = plans.flatMap(({ before }) => before.action?.deployed?.code ?? []);
  assertVerified(writtenLineages(project, deployed), known);
  const losses = plans.flatMap((plan) => plan.losses);
  const isDestructive = values.allowDestructive === true;
  if (losses.length > 0 && !isDestructive)
    throw refusal(
      `the deploy would lose ${losses.join('; ')}`,
      'Save it first, then use --allow-destructive.',
    );
  const steps = plans.flatMap((plan) => plan.steps);
  const planned = { plans: plans.map(jsonOf), domain: opened.domain };
  if (isDryRun)
    return { text: 'Nothing was changed (--dry-run).', json: { ...planned, dryRun: true }, exitCode: 0 };
  if (steps.length > 0) await confirm(`Apply this to ${opened.domain}?`, values, process);
  const log = await logOf(deployment);
  try {
    const missed =
      log === undefined
        ? []
        : await unpublishedOf(
            deployment,
            log,
            plans.map(({ before }) => before.action),
          );
    // Now: what is deployed next may fail.
    if (missed.length > 0) await log?.publish(missed);
    const results: DeployResult[] = [];
    const done: DeployStep[] = [];
    try {
      for (const [index, plan] of plans.entries()) {
        results.push(await apply(deployment, index === 0 ? plan : await again(deployment, plan), done));
      }
    } catch (error) {
      // Logins may go by it already. Where it can't be published, the next deploy does so.
      if (log !== undefined && mayRun(deployment, done, error)) {
        const changes = changesOf(deployment, log, plans);
        if (changes.length > 0) await log.publish(changes).catch(() => undefined);
      }
      throw error;
    }
    const published = await publish(deployment, log, plans, missed);
    return {
      text: results
        .map((result, index) => summary(built.actions[index]?.name ?? '', result, published))
        .join('\n'),
      json: { ...planned, results, published },
      exitCode: 0,
    };
  } finally {
    await log?.close();
  }
}

/** The plan again, after another Action of the same build was bound; what it would do must not have changed. */
async function again({ tenant, opened }: Deployment, plan: DeployPlan): Promise<DeployPlan> {
  const now = await tenant.planDeploy(opened, plan.desired, { isOurs });
  const same = (a: readonly string[], b: readonly string[]) => a.join('\n') === b.join('\n');
  if (same(now.steps, plan.steps) && same(now.losses, plan.losses)) return now;
  throw new tenant.TenantError(
    'changed_meanwhile',
    `somebody has changed the Action ${JSON.stringify(plan.desired.name)} since the plan was made`,
    'Run the command again: it makes a new plan.',
  );
}

/** Whether logins run some of it although it failed: an Action was deployed, or nobody knows whether it was. */
function mayRun({ tenant }: Deployment, done: readonly DeployStep[], error: unknown): boolean {
  const refused = ['build_failed', 'changed_meanwhile', 'not_found', 'request_refused'];
  return done.includes('deploy') || !(error instanceof tenant.TenantError && refused.includes(error.code));
}

/** @param done gets each step when it is done */
function apply(
  { tenant, opened, values, process }: Deployment,
  plan: DeployPlan,
  done: DeployStep[],
): Promise<DeployResult> {
  const options: ApplyOptions = {
    allowDestructive: values.allowDestructive === true,
    onStep: (step) => {
      done.push(step);
      process.error(`${plan.desired.name}: ${DONE[step]}\n`);
    },
  };
  return tenant.applyPlan(opened, plan, options);
}

const DONE = { create: 'created', update: 'draft updated', deploy: 'deployed', bind: 'bound' } as const;

/**
 * Publishes what the difference of the role tables means for tokens that are out.
 * @param missed what earlier deploys have left unpublished
 */
async function publish(
  deployment: Deployment,
  log: OpenLog | undefined,
  plans: readonly DeployPlan[],
  missed: readonly Change[],
): Promise<boolean> {
  if (log === undefined) return false;
  const { values, process } = deployment;
  const all = [...missed, ...changesOf(deployment, log, plans)];
  if (all.length === 0) return false;
  await publishSettled(() => log.publish(all), settleOf(values.settle, SETTLE), process);
  return true;
}

function changesOf(
  { project, built }: Deployment,
  log: OpenLog,
  plans: readonly DeployPlan[],
): readonly Change[] {
  const earlier = plans.flatMap(({ before }) => before.action?.deployed?.code ?? []);
  // What is not deployed has granted nothing.
  return log.difference(
    tablesOf(earlier, project.lock),
    tablesOf(codesOf(built.actions), project.lock) ?? new Map(),
  );
}

function codesOf(actions: readonly DesiredAction[]): string[] {
  return actions.map(({ code }) => code);
}

function jsonOf({ desired, steps, losses, notes }: DeployPlan): object {
  return { action: desired.name, steps, losses, notes };
}

function summary(name: string, result: DeployResult, published: boolean): string {
  const { version, codeHash, bound, done } = result;
  const what = done.length === 0 ? 'nothing to do' : `version ${version} is deployed`;
  return [
    `${name}: ${what}, SHA-256 ${codeHash.slice(0, 12)}; the trigger runs ${bound.join(', ')}.`,
    ...(published ? ['Published what roles gained and lost.'] : []),
  ].join('\n');
}
