// What may be wrong with the Action: whether it is there, the same as in git, bound, and not overruled by another one.
import { entityLimits, MAX_CODE_BYTES } from '#auth0/limits';
import type { ActionState, Binding, TriggerState } from '../deploy/action-state.ts';
import { codeHash, type DesiredAction } from '../deploy/desired-action.ts';
import { hasContent } from '../deploy/plan.ts';
import { nearQuota } from './api-findings.ts';
import type { Finding } from './finding.ts';

/** Runtimes that Auth0 still supports; others have reached their end of life. */
const RUNTIMES = new Set(['node22', 'node18', 'node18-actions']);

/**
 * @param claims those that our Action sets
 * @param siblings Actions that set them, too, and are ours
 */
export function actionFindings(
  expected: DesiredAction,
  { action, bindings }: TriggerState,
  claims: readonly string[],
  siblings: readonly string[] = [],
): Finding[] {
  const named = `Action ${JSON.stringify(expected.name)}`;
  if (action === undefined) {
    return [
      {
        code: 'action_missing',
        severity: 'error',
        message: `the tenant has no ${named}`,
        fix: 'Run claimgen deploy.',
      },
    ];
  }
  return [
    ...deployment(expected, action, named),
    ...order(expected, action, bindings, named, { claims, siblings }),
  ];
}

function deployment(expected: DesiredAction, action: ActionState, named: string): Finding[] {
  const findings: Finding[] = [];
  const { deployed } = action;
  if (action.status === 'failed') {
    findings.push({
      code: 'build_failed',
      severity: 'error',
      message: `${named}: its draft does not build`,
      fix: 'Look at its build log in the dashboard, then run claimgen deploy.',
    });
  }
  if (deployed === undefined) {
    findings.push({
      code: 'action_not_deployed',
      severity: 'error',
      message: `${named}: it is not deployed`,
      fix: 'Run claimgen deploy.',
    });
    return findings;
  }
  if (deployed.code !== expected.code) {
    findings.push({
      code: 'action_differs',
      severity: 'error',
      message: `${named}: logins run other code (SHA-256 ${short(deployed.code)}, version ${deployed.number}) than claimgen build wrote here (${short(expected.code)})`,
      fix: 'Run claimgen deploy --dry-run to see the difference, then claimgen deploy.',
    });
  } else if (!hasContent(expected, action)) {
    findings.push({
      code: 'draft_differs',
      severity: 'warning',
      message: `${named}: its draft differs from what is deployed, and the next person to press Deploy makes it live`,
      fix: 'Run claimgen deploy, or undo the draft in the dashboard.',
    });
  }
  if (!RUNTIMES.has(deployed.runtime)) {
    findings.push({
      code: 'runtime_old',
      severity: 'warning',
      message: `${named}: it runs on ${deployed.runtime}, which Auth0 no longer supports`,
      fix: 'Run claimgen build and claimgen deploy: they use node22.',
    });
  }
  return [
    ...findings,
    ...nearQuota(Buffer.byteLength(expected.code), MAX_CODE_BYTES, `${named}: bytes of code`),
  ];
}

function short(code: string): string {
  return codeHash(code).slice(0, 12);
}

function order(
  expected: DesiredAction,
  action: ActionState,
  bindings: readonly Binding[],
  named: string,
  { claims, siblings }: { readonly claims: readonly string[]; readonly siblings: readonly string[] },
): Finding[] {
  const trigger = expected.trigger.id;
  const place = bindings.findIndex(({ actionId }) => actionId === action.id);
  if (place === -1) {
    return [
      {
        code: 'not_bound',
        severity: 'error',
        message: `${named}: it is not bound to ${trigger}, so that no login runs it`,
        fix: 'Run claimgen deploy.',
      },
    ];
  }
  const others = bindings.filter((_, index) => index !== place);
  const overwriting = others.flatMap((other): Finding[] => {
    if (other.actionName !== undefined && siblings.includes(other.actionName)) return [];
    const claim = claims.find((name) => other.deployedCode?.includes(name) === true);
    if (claim === undefined) return [];
    const later = bindings.indexOf(other) > place;
    return [
      {
        code: 'claim_overwritten',
        severity: later ? 'error' : 'warning',
        message: `the Action ${JSON.stringify(other.displayName)} names the claim ${claim}, too, and runs ${later ? 'after' : 'before'} ours: the last one to set it wins`,
        fix: 'Rename one of the two claims, or remove it from the other Action.',
      },
    ];
  });
  const before = bindings.slice(0, place).map(({ displayName }) => displayName);
  const after = bindings.slice(place + 1).map(({ displayName }) => displayName);
  const told: Finding[] = [
    {
      code: 'runs_after',
      severity: 'note',
      message: `${trigger} runs ${[...before, `${expected.name} (ours)`, ...after].join(', ')}`,
      fix: 'What changes roles or metadata in the login must run before ours; what reads the claim can not.',
    },
  ];
  return [
    ...overwriting,
    ...(others.length === 0 ? [] : told),
    ...nearQuota(bindings.length, entityLimits.actionsPerTrigger, `Actions bound to ${trigger}`),
  ];
}
