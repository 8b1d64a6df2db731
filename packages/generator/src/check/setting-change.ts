// Settings that a branch changes: sources of permissions, failure policies, names, budgets.

/** A setting by its name in the config; null where a side does not have it. */
export interface SettingChange {
  readonly setting: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Compares settings by their names, those of the second first. */
export function compareSettings(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): SettingChange[] {
  return [...new Set([...after.keys(), ...before.keys()])]
    .map((setting) => ({
      setting,
      before: before.get(setting) ?? null,
      after: after.get(setting) ?? null,
    }))
    .filter((change) => change.before !== change.after);
}
