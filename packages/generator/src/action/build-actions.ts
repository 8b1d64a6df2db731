// The Actions of a build: one for all audiences, or one for each.

import type { AudienceTable } from '@claimgen/action-runtime';
import type { Plan } from '../plan/plan.ts';
import { factsOfAll } from '../sources/facts-of.ts';
import { roleRows } from './audience-table.ts';
import type { ActionOrigin } from './header.ts';
import { type ActionParts, renderAction } from './render-action.ts';

/** An Action to deploy. */
export interface BuiltAction {
  readonly name: string;
  /** `code.js`. */
  readonly code: string;
  /** The names of the secrets that it reads, sorted; the config allows letters, digits and underscores only. */
  readonly secrets: readonly string[];
}

/**
 * One Action for all audiences, or one for each, named after it.
 * @param tables those of the plan's audiences
 */
export function buildActions(
  parts: ActionParts,
  plan: Plan,
  tables: readonly AudienceTable[],
): BuiltAction[] {
  const { config } = plan;
  const roles = roleRows(plan.catalog, plan.audiences);
  const groups: [string, readonly AudienceTable[]][] = config.splitActions
    ? tables.map((table) => [`${config.actionName}-${table.name}`, [table]])
    : [[config.actionName, tables]];
  return groups.map(([name, group]) => ({
    name,
    code: renderAction(parts, originOf(plan), roles, group),
    secrets: secretsOf(group),
  }));
}

/** What an Action's header names: no path of a machine. */
export function originOf({
  config,
  environment,
}: Pick<Plan, 'config' | 'environment'>): Omit<ActionOrigin, 'versions'> {
  return { config: config.file.replace(/^.*[\\/]/s, ''), environment };
}

function secretsOf(tables: readonly AudienceTable[]): string[] {
  const names = tables.flatMap(({ sources }) => factsOfAll(sources).flatMap(({ needs }) => needs.secrets));
  return [...new Set(names)].sort();
}
