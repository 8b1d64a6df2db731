import type { AudienceTable } from '@claimgen/action-runtime';
import { type ActionOrigin, type ActionParts, renderAction } from './render-action.ts';

/** An Action to deploy. */
export interface BuiltAction {
  readonly name: string;
  readonly tables: readonly AudienceTable[];
  /** `code.js`. */
  readonly code: string;
}

/**
 * One Action for all audiences, or one for each, named after it.
 * @param roles the names of the tenant's roles
 */
export function buildActions(
  parts: ActionParts,
  origin: ActionOrigin,
  { actionName, splitActions }: { readonly actionName: string; readonly splitActions: boolean },
  roles: readonly string[],
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
