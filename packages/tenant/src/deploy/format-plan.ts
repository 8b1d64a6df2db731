// A plan as a person reads it before it is applied.
import { structuredPatch } from 'diff';
import type { DeployPlan, DeployStep } from './plan.ts';

const STEPS: Readonly<Record<DeployStep, string>> = {
  create: 'create the Action',
  update: 'update its draft',
  deploy: 'build and deploy it: logins run it from then on',
  bind: 'bind it to the trigger',
};

/** Lines of code that are shown around a change. */
const CONTEXT = 2;
/** Lines of the diff that are shown. */
const MAX_LINES = 200;

/** The plan in lines: its steps, the difference of the code that logins run, what would be lost, and notes. */
export function formatPlan(plan: DeployPlan): string[] {
  const { desired, before, steps, losses, notes } = plan;
  const title = `${desired.name} (${desired.trigger.id})`;
  if (steps.length === 0) return [`${title}: no changes.`, ...notes];
  return [
    `${title}:`,
    ...steps.map((step, index) => `  ${index + 1}. ${STEPS[step]}`),
    ...(steps.includes('deploy') ? codeDiff(before.action?.deployed?.code ?? '', desired.code) : []),
    ...losses.map((loss) => `  Would be lost: ${loss}.`),
    ...notes.map((note) => `  ${note}`),
  ];
}

function codeDiff(before: string, after: string): string[] {
  const { hunks } = structuredPatch('deployed', 'new', before, after, '', '', { context: CONTEXT });
  const lines = hunks.flatMap(({ oldStart, newStart, lines: changed }) => [
    `  @@ line ${oldStart} -> ${newStart} @@`,
    ...changed.map((line) => `  ${line}`),
  ]);
  const shown = lines.slice(0, MAX_LINES);
  return shown.length === lines.length ? shown : [...shown, `  … ${lines.length - shown.length} more lines`];
}
