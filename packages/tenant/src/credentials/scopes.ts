// What a token must allow for each command, so that all that is missing is told at once and before anything is done.
import { TenantError } from '../errors.ts';
import type { ScopedTokenSource } from './token-source.ts';

/** Scopes of the Management API by what is done with them. */
export const SCOPES: {
  readonly pull: readonly string[];
  readonly users: readonly string[];
  readonly plan: readonly string[];
  readonly deploy: readonly string[];
  readonly doctor: readonly string[];
  readonly revoke: readonly string[];
  readonly streams: readonly string[];
} = {
  pull: ['read:resource_servers', 'read:roles', 'read:client_grants'],
  users: ['read:users', 'read:roles'],
  plan: ['read:actions'],
  deploy: ['read:actions', 'create:actions', 'update:actions'],
  doctor: ['read:actions', 'read:resource_servers', 'read:roles', 'read:client_grants'],
  revoke: ['read:users', 'delete:sessions', 'delete:refresh_tokens'],
  streams: ['read:log_streams', 'read:event_streams'],
};

/**
 * Compares what a token allows with what is needed. One from the cache that lacks something is replaced first: more may have been granted since.
 * @throws TenantError `scope_missing`, with every missing scope
 */
export async function assertScopes(tokens: ScopedTokenSource, needed: readonly string[]): Promise<void> {
  let missing = await missingScopes(tokens, needed);
  if (missing.length > 0 && (await tokens.renewCached())) missing = await missingScopes(tokens, needed);
  if (missing.length === 0) return;
  throw new TenantError(
    'scope_missing',
    `the access token lacks ${missing.length === 1 ? 'the scope' : 'the scopes'} ${missing.join(', ')}`,
    'Grant them to the application under Applications > APIs > Auth0 Management API > Machine to Machine Applications; after auth0 login, log in again with --scopes.',
  );
}

async function missingScopes(tokens: ScopedTokenSource, needed: readonly string[]): Promise<string[]> {
  const held = await tokens.scopes();
  // A token that doesn't say is tried: the tenant tells.
  return held === undefined ? [] : needed.filter((scope) => !held.has(scope));
}
