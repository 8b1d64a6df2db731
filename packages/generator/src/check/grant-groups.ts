// Changes that several roles or clients share, told once.
import type { NameChange } from './access-change.ts';

/** A change, and all who have it. */
export interface GrantGroup extends NameChange {
  /** Names of roles or clients, sorted. */
  readonly holders: readonly string[];
}

/** One group for each change, in the order of their first holders. */
export function groupChanges(
  changes: readonly (readonly [holder: string, change: NameChange])[],
): GrantGroup[] {
  const groups = new Map<string, NameChange & { readonly holders: string[] }>();
  for (const [holder, { gained, lost }] of changes) {
    const key = JSON.stringify([gained, lost]);
    const group = groups.get(key) ?? { holders: [], gained, lost };
    group.holders.push(holder);
    groups.set(key, group);
  }
  return [...groups.values()];
}
