// The Actions of a build: one for all audiences, or one for each.
import type { AudienceTable, RoleRow } from '@claimgen/action-runtime';
import type { ActionOrigin } from './header.ts';
import { type ActionParts, renderAction } from './render-action.ts';

/** An Action to deploy. */
export interface BuiltAction {
  readonly name: string;
  readonly tables: readonly AudienceTable[];
  /** `code.js`. */
  readonly code: string;
}

/**
 * One Action for all audiences, or one for each, named after it.
 * @param roles the tenant's roles, and what each grants in every audience
 */
export function buildActions(
  parts: ActionParts,
  origin: Omit<ActionOrigin, 'versions'>,
  { actionName, splitActions }: { readonly actionName: string; readonly splitActions: boolean },
  roles: readonly RoleRow[],
  tables: readonly AudienceTable[],
): BuiltAction[] {
  const groups: [string, readonly AudienceTable[]][] = splitActions
    ? tables.map((table) => [`${actionName}-${table.name}`, [table]])
    : [[actionName, tables]];
  return groups.map(([name, group]) => ({
    name,
    tables: group,
    code: renderAction(parts, origin, roles, group),
  }));
}
