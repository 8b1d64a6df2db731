import { count } from './count.ts';
import type { ActionSize, AudienceReport, Report } from './report.ts';

/** A check that failed: exit code 1. */
export interface Failure {
  readonly check: 'budget' | 'grant_budget' | 'action_size' | 'stale' | 'layout_forked';
  readonly message: string;
  readonly mend: string;
  /** The audience that it is about. */
  readonly audience?: string;
  /** The generated files that it is about, relative to the config's folder. */
  readonly files?: readonly string[];
}

/** What of a report must stop a build. */
export function reportFailures(report: Report): Failure[] {
  return [
    ...report.audiences.filter(({ over }) => over > 0).map(budgetFailure),
    ...report.audiences.flatMap(grantFailures),
    ...report.actions
      .filter(({ bytes, most }) => bytes > most)
      .map((action) => actionFailure(action, report)),
  ];
}

function budgetFailure(audience: AudienceReport): Failure {
  const ways = audience.waysOut.map(({ change, saves }) => `${change} (saves ${count(saves)})`).join('; ');
  return {
    check: 'budget',
    audience: audience.name,
    message: `${audience.name}: a user's line can have ${count(audience.proof.line)} bytes, ${count(audience.over)} over the budget of ${count(audience.budget.bytes)} (${audience.budget.decidedBy})`,
    mend: `Ways out: ${ways}.`,
  };
}

function grantFailures({ name, grants, budget }: AudienceReport): Failure[] {
  return grants
    .filter(({ over }) => over > 0)
    .map(({ client, scopes, line, over }) => ({
      check: 'grant_budget',
      audience: name,
      message: `${name}: the client ${JSON.stringify(client)} can send ${count(line)} bytes with the ${count(scopes)} scopes of its grant, ${count(over)} over the budget of ${count(budget.bytes)} (${budget.decidedBy})`,
      mend: 'Grant the client fewer scopes, or split it into several clients.',
    }));
}

function actionFailure(action: ActionSize, { actions, audiences }: Report): Failure {
  const largest = [...audiences].sort((a, b) => b.permissions - a.permissions)[0];
  return {
    check: 'action_size',
    message: `the Action ${action.name} has ${count(action.bytes)} bytes, ${count(action.bytes - action.most)} over the ${count(action.most)} that Auth0 takes, most of them for the names and role tables of ${count(audiences.reduce((sum, { permissions }) => sum + permissions, 0))} permissions`,
    mend: `Ways out: ${actions.length === 1 && audiences.length > 1 ? 'an Action for each audience (action.split: audience); ' : ''}select fewer permissions (${largest?.name} has ${count(largest?.permissions ?? 0)}); take source: [roles] alone with encoding: bitset, which carries no names.`,
  };
}
