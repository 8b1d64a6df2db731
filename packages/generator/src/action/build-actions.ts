// The Actions of a build: one for all audiences, or one for each.
import type { AudienceTable, RoleRow } from '@claimgen/action-runtime';
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
    code: renderAction(parts, origin, roles, group),
    secrets: secretsOf(group),
  }));
}

function secretsOf(tables: readonly AudienceTable[]): string[] {
  const names = tables
    .flatMap(({ sources }) => sources)
    .flatMap((source) =>
      source.kind === 'managementApi' ? [source.clientIdSecret, source.clientSecretSecret] : [],
    );
  return [...new Set(names)].sort();
}
