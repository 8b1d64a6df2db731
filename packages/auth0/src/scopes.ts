// Scopes: those of OpenID Connect, and what an Action can remove from a token.
import { MAX_SCOPE_LENGTH } from './limits.ts';

/** Scopes that are no permissions of an API: OpenID Connect Core 1.0, section 5.4 and 11. */
const STANDARD: ReadonlySet<string> = new Set([
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
]);

/** What removeScope takes: anything else throws there, and is no scope. */
export function isRemovable(name: string): boolean {
  return name.length <= MAX_SCOPE_LENGTH && !/\s/u.test(name) && !STANDARD.has(name);
}
