// Error texts of auth0/auth0-actions, helpers/accessToken.
import { MAX_ADDED_SCOPES, MAX_SCOPE_CHANGES, MAX_SCOPE_LENGTH } from '#auth0/limits';

export interface SettledScopes {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** The scopes of the token: those granted, less the removed, then the added. */
  readonly scope: readonly string[];
}

/** What an Action does to the scopes of the access token. */
export interface ScopeChanges {
  /** @throws Error with Auth0's text for a value that is no scope, and beyond the limits. */
  add(scope: string): void;
  /** @throws Error as {@link ScopeChanges.add}. */
  remove(scope: string): void;
  settle(granted: readonly string[]): SettledScopes;
}

function checkedScope(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('The value for the scope must be a string.');
  const scope = value.trim();
  if (scope.length === 0) throw new Error('The value for the scope is required.');
  if (scope.length > MAX_SCOPE_LENGTH) {
    throw new Error(`The value for the scope exceeds the allowed maximum of ${MAX_SCOPE_LENGTH} characters.`);
  }
  if (/\s/u.test(scope)) throw new Error('The value for the scope must not have whitespace.');
  return scope;
}

export function createScopeChanges(): ScopeChanges {
  // The last word on a scope counts.
  const changes = new Map<string, 'add' | 'remove'>();
  let added = 0;

  function change(value: unknown, operation: 'add' | 'remove'): void {
    const scope = checkedScope(value);
    const before = changes.get(scope);
    const addedNow = added + Number(operation === 'add') - Number(before === 'add');
    if (addedNow > MAX_ADDED_SCOPES) {
      throw new Error(`The number of scopes exceeds the allowed maximum of ${MAX_ADDED_SCOPES}.`);
    }
    if (before === undefined && changes.size === MAX_SCOPE_CHANGES) {
      throw new Error('The value for the scope is of the wrong type or exceeds the size limit.');
    }
    changes.set(scope, operation);
    added = addedNow;
  }

  return {
    add: (scope) => change(scope, 'add'),
    remove: (scope) => change(scope, 'remove'),
    settle(granted) {
      const of = (operation: string): string[] =>
        [...changes].filter(([, wanted]) => wanted === operation).map(([scope]) => scope);
      const kept = granted.filter((scope) => changes.get(scope) !== 'remove');
      return { added: of('add'), removed: of('remove'), scope: [...new Set([...kept, ...of('add')])] };
    },
  };
}
