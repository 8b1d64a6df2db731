// actions/<name>.json, which auth0-deploy-cli imports and exports: what of it an import goes by.

/** What a tenant adds to an exported Action, and an import does not send or does not need. */
const TENANTS_OWN = new Set([
  'id',
  'status',
  'created_at',
  'updated_at',
  'built_at',
  'all_changes_deployed',
  'current_version',
  'deployed_version',
  'installed_integration_id',
]);

/** What auth0-deploy-cli writes for a value that a tenant does not give away. */
const HIDDEN = '_VALUE_NOT_SHOWN_';

/**
 * Whether a file that a tenant export may have written imports the Action that a build would.
 * @param text the file's
 * @param built what `claimgen build` would write
 * @returns `hidden` where only the secrets' values differ, which an export puts HIDDEN or nothing in place of
 */
export function compareDescriptions(text: string, built: string): 'same' | 'hidden' | 'other' {
  const [actual, expected] = [parse(text), parse(built)];
  if (actual === undefined || expected === undefined) return 'other';
  const keys = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  const differ = [...keys].filter((key) => {
    if (key === 'secrets') return false;
    const [is, ought] = [own(actual, key), own(expected, key)];
    if (ought === undefined) return !TENANTS_OWN.has(key) && !isNothing(is);
    return canonical(key, is) !== canonical(key, ought);
  });
  if (differ.length > 0) return 'other';
  return compareSecrets(own(actual, 'secrets'), own(expected, 'secrets'));
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function own(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function isNothing(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

/** The order of keys, and of what is a set, says nothing. */
function canonical(key: string, value: unknown): string {
  if (key === 'code' && typeof value === 'string') return value.replace(/^\.\//, '');
  if (key === 'supported_triggers' && Array.isArray(value)) return canonical('', value.map(triggerOf));
  // Nothing is the same as no dependencies.
  if (value === undefined || value === null) return '[]';
  if (Array.isArray(value)) return JSON.stringify(value.map((entry) => canonical('', entry)).sort());
  if (typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(entries.map(([name, below]) => [name, canonical('', below)]));
}

/** What binds an Action to a trigger; a tenant may say more of it. */
function triggerOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return { id: own(value, 'id'), version: own(value, 'version') };
}

function compareSecrets(actual: unknown, expected: unknown): 'same' | 'hidden' | 'other' {
  const [is, ought] = [secretsIn(actual), secretsIn(expected)];
  if (is === undefined || ought === undefined || is.size !== ought.size) return 'other';
  const pairs = [...ought].map(
    ([name, value]) => [value, is.has(name) ? (is.get(name) ?? HIDDEN) : ''] as const,
  );
  if (pairs.every(([value, found]) => value === found)) return 'same';
  return pairs.every(([value, found]) => value === found || found === HIDDEN) ? 'hidden' : 'other';
}

/** Values by name; undefined for a value that is left out. */
function secretsIn(value: unknown): ReadonlyMap<string, string | undefined> | undefined {
  if (value === undefined || value === null) return new Map();
  if (!Array.isArray(value)) return undefined;
  const secrets = new Map<string, string | undefined>();
  for (const entry of value as unknown[]) {
    if (typeof entry !== 'object' || entry === null) return undefined;
    const [name, text] = [own(entry, 'name'), own(entry, 'value')];
    if (typeof name !== 'string' || secrets.has(name)) return undefined;
    if (text !== undefined && text !== null && typeof text !== 'string') return undefined;
    secrets.set(name, text ?? undefined);
  }
  return secrets;
}
