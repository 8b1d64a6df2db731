// `claimgen deploy --rollback`: the version before the deployed one runs again.

import type { RollbackPlan, RollbackResult } from '@claimgen/tenant';
import { readTables } from '../action/read-tables.ts';
import { publishSettled, SETTLE, settleOf } from '../change-commands/publish-settled.ts';
import { tablesOf } from '../change-commands/role-tables.ts';
import type { CommandResult } from '../cli/command.ts';
import { confirm } from '../cli/confirm.ts';
import { refusal, TenantFailure } from '../errors.ts';
import { type Deployment, logOf, readKnown, tell } from './deployment.ts';
import { unpublishedOf } from './unpublished-deploys.ts';
import { assertVerified } from './verified-by.ts';

export async function rollBack(deployment: Deployment): Promise<CommandResult> {
  const { tenant, opened, built, values, process, project } = deployment;
  const plans: RollbackPlan[] = [];
  for (const { name } of built.actions) plans.push(await tenant.planRollback(opened, name));
  tell(
    deployment,
    plans.map(
      ({ action, target }) =>
        `${action.name}: version ${target.number} in place of version ${action.deployed?.number}, SHA-256 ${tenant.codeHash(target.code).slice(0, 12)}.`,
    ),
  );
  assertReadable(deployment, plans);
  const known = await readKnown(deployment);
  for (const { action, target } of plans) {
    const dated = new Set(
      readTables(action.deployed?.code ?? '')?.audiences.flatMap(({ name, asOf }) =>
        asOf === undefined ? [] : [name],
      ),
    );
    const audiences = readTables(target.code)?.audiences ?? [];
    assertVerified(
      audiences.map(({ name, ids, asOf }) => ({
        audience: name,
        previously: [],
        id: ids[0] ?? '',
        isNew: false,
        hasNewAsOf: asOf !== undefined && !dated.has(name),
      })),
      known,
    );
  }
  const planned = plans.map(({ action, target }) => ({ action: action.name, version: target.number }));
  if (values.dryRun === true)
    return {
      text: 'Nothing was changed (--dry-run).',
      json: { rollback: planned, dryRun: true },
      exitCode: 0,
    };
  await confirm(`Roll ${opened.domain} back?`, values, process);
  const log = await logOf(deployment);
  try {
    const missed =
      log === undefined
        ? []
        : await unpublishedOf(
            deployment,
            log,
            plans.map(({ action }) => action),
          );
    if (missed.length > 0) await log?.publish(missed);
    const now = plans.flatMap(({ action }) => action.deployed?.code ?? []);
    const targets = plans.map(({ target }) => target.code);
    const changes = [
      ...missed,
      ...(log?.difference(tablesOf(now, project.lock), tablesOf(targets, project.lock) ?? new Map()) ?? []),
    ];
    const results: RollbackResult[] = [];
    try {
      for (const plan of plans) results.push(await tenant.rollback(opened, plan));
    } catch (error) {
      const done = plans.slice(0, results.length).map(({ action }) => action.name);
      const told = halfRolledBack(deployment, error, done);
      // Which of them run is not known to everybody: naming what does not costs refreshes, never access.
      if (told !== error && log !== undefined && changes.length > 0)
        await log.publish(changes).catch(unpublishedRollback);
      throw told;
    }
    if (log !== undefined && changes.length > 0)
      await publishSettled(() => log.publish(changes), settleOf(values.settle, SETTLE), process).catch(
        unpublishedRollback,
      );
    return {
      text: results
        .map(({ version, codeHash }, index) => {
          const name = plans[index]?.action.name;
          return `${name}: version ${version} is deployed, SHA-256 ${codeHash.slice(0, 12)}. Git is ahead of it now.`;
        })
        .join('\n'),
      json: { rollback: planned, results, published: changes.length > 0 },
      exitCode: 0,
    };
  } finally {
    await log?.close();
  }
}

/** Errors after which the tenant has done nothing of what it was asked for. */
const REFUSED: ReadonlySet<string> = new Set([
  'changed_meanwhile',
  'credentials_rejected',
  'not_found',
  'request_refused',
  'scope_missing',
]);

/** The error as it is where nothing was rolled back; else it says what was, and does not send anybody to do it again. */
function halfRolledBack({ tenant }: Deployment, error: unknown, done: readonly string[]): unknown {
  if (!(error instanceof tenant.TenantError)) return error;
  if (done.length === 0 && REFUSED.has(error.code)) return error;
  const already = done.length === 0 ? '' : `; ${done.join(', ')} is rolled back already`;
  return new tenant.TenantError(
    error.code,
    `${error.message}${already}`,
    'Look at which versions logins run by claimgen doctor, and deploy the others in the dashboard or from their commit: a second rollback brings back what the first one took away.',
    error.status,
  );
}

/** A second rollback would go back further: it must not be what somebody is told to run. */
function unpublishedRollback(error: unknown): never {
  if (!(error instanceof TenantFailure)) throw error;
  const [problem] = error.problems;
  throw new TenantFailure(
    {
      code: 'outcome_unknown',
      message: `the version is deployed, and ${problem?.message}`,
      fix: "Publish it when the log can be reached: claimgen publish --everyone --users-only --lost '*' --gained '*'; the next claimgen deploy --changes does so, too.",
    },
    error.exitCode,
  );
}

/** A version of before `rebase --prune` writes what no verifier reads any more. */
function assertReadable({ project, values }: Deployment, plans: readonly RollbackPlan[]): void {
  if (values.allowDestructive === true) return;
  for (const { action, target } of plans) {
    const tables = readTables(target.code);
    const isReadable = (name: string, id: string | undefined): boolean =>
      project.lock.get(name)?.lineages.some(([first]) => first !== undefined && first.id === id) === true;
    const lost = tables?.audiences.find(({ name, ids }) => !isReadable(name, ids[0]));
    if (tables !== undefined && lost === undefined) continue;
    const why =
      lost === undefined
        ? 'was not written by this claimgen, and nobody knows which claims it sets'
        : `writes a lineage of ${lost.name} that the verifiers of this commit do not read`;
    throw refusal(
      `version ${target.number} of the Action ${JSON.stringify(action.name)} ${why}`,
      'Check out the commit that it was built from, or use --allow-destructive where it is meant.',
    );
  }
}
