import type { ActionSize } from '../action/action-savings.ts';
import type { AudienceReport, Saving } from '../budget/audience-sizes.ts';
import { count } from '../format/count.ts';
import { plural } from '../format/plural.ts';
import type { Report } from './build-report.ts';

/** A check that failed: exit code 1. */
export interface Failure {
  readonly code:
    | 'budget'
    | 'grant_budget'
    | 'action_size'
    | 'stale'
    | 'layout_forked'
    | 'branch_behind'
    | 'audience_renamed'
    | 'claim_renamed'
    | 'lint';
  readonly message: string;
  readonly fix: string;
  /** The audience that it is about. */
  readonly audience?: string;
  /** The generated files that it is about, relative to the config's folder. */
  readonly files?: readonly string[];
}

/** How advice to run claimgen build begins. @param isRefused whether `reportFailures` has found something */
export function adviseBuild(isRefused: boolean): string {
  return isRefused
    ? 'Reduce what is over its limit first: until then claimgen build writes the report only. Then run'
    : 'Run';
}

/** What of a report must stop a build. */
export function reportFailures(report: Report): Failure[] {
  return [
    ...report.audiences.filter(({ over }) => over > 0).map(budgetFailure),
    ...report.audiences.flatMap(grantFailures),
    ...report.actions.flatMap((action) => actionFailures(action, report)),
  ];
}

function budgetFailure(audience: AudienceReport): Failure {
  return {
    code: 'budget',
    audience: audience.name,
    message: `${audience.name}: a user's line can have ${count(audience.proof.line)} bytes, ${count(audience.over)} over the budget of ${count(audience.budget.bytes)} (${audience.budget.decidedBy})`,
    fix: budgetFix(audience),
  };
}

/** What makes the line smaller; and that no selection does, where it is so. */
function budgetFix(audience: AudienceReport): string {
  const { savings, least } = audience;
  const ways = savings.length === 0 ? [] : [`To reduce it: ${savings.map(formatWay).join('; ')}.`];
  if (least === undefined) return ways.join('');
  return [
    ...ways,
    `Even with one permission the line has ${count(least)} bytes: ${whatElse(audience)}.`,
  ].join(' ');
}

/** What to do where fewer permissions are not enough. */
function whatElse({ savings, over }: AudienceReport): string {
  if (savings.length === 0) return 'raise the budget';
  return savings.some(({ saves }) => saves >= over)
    ? 'selecting fewer is not enough'
    : 'do several of these, or raise the budget';
}

function grantFailures({ name, grants, budget }: AudienceReport): Failure[] {
  return grants
    .filter(({ over }) => over > 0)
    .map(({ client, scopes, line, over }) => ({
      code: 'grant_budget',
      audience: name,
      message: `${name}: the client ${JSON.stringify(client)} can send ${count(line)} bytes with the ${plural(scopes, 'scope')} of its grant, ${count(over)} over the budget of ${count(budget.bytes)} (${budget.decidedBy})`,
      fix: 'Grant the client fewer scopes, or split it into several clients.',
    }));
}

function formatWay({ change, saves }: Saving): string {
  return saves === 0 ? change : `${change} (saves ${count(saves)})`;
}

function actionFailures({ name, bytes, limit, breakdown }: ActionSize, { audiences }: Report): Failure[] {
  if (breakdown === undefined) return [];
  const inAction = audiences.filter((audience) => breakdown.audiences.includes(audience.name));
  const [largest] = inAction.toSorted((a, b) => b.permissions - a.permissions);
  const ways = [
    ...breakdown.savings.map(formatWay),
    ...(breakdown.roles > breakdown.names ? ['fewer or smaller roles'] : []),
    `narrower patterns (${largest?.name} selects ${plural(largest?.permissions ?? 0, 'permission')})`,
  ];
  return [
    {
      code: 'action_size',
      message: `the Action ${name} has ${count(bytes)} bytes, ${count(bytes - limit)} over the ${count(limit)} that Auth0 allows; ${count(breakdown.roles)} are for the tables of roles and ${count(breakdown.names)} for names of permissions`,
      fix: `To reduce it: ${ways.join('; ')}.`,
    },
  ];
}
