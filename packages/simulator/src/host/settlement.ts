import { isForAuth0Api } from '#auth0/apis';
import type { PostLoginEvent } from '#auth0/event';
import type { ClaimRecord } from '../api/custom-claims.ts';
import type { Commands } from '../api/post-login-api.ts';
import type { LoginResult } from './login-result.ts';

/** The part of a login's result that the server decides after the Action has ended. */
export type Settlement = Pick<
  LoginResult,
  | 'outcome'
  | 'denied'
  | 'error'
  | 'accessTokenClaims'
  | 'idTokenClaims'
  | 'ignoredClaims'
  | 'addedScopes'
  | 'removedScopes'
  | 'scope'
>;

const noClaims: ClaimRecord = Object.freeze(Object.create(null));
const nothing = {
  accessTokenClaims: noClaims,
  idTokenClaims: noClaims,
  ignoredClaims: [],
  addedScopes: [],
  removedScopes: [],
  scope: [],
} as const;

/** The scopes that a login starts with where none are said to be granted. */
export function requestedScopes(event: PostLoginEvent): readonly string[] {
  const { scope } = event.request.body;
  const asked = typeof scope === 'string' ? scope.split(' ').filter((name) => name !== '') : [];
  return event.transaction?.requested_scopes ?? asked;
}

/**
 * What the server makes of an Action's commands.
 *
 * @throws Error when it can't take them: values that aren't JSON, too many bytes.
 */
export function settle(commands: Commands, event: PostLoginEvent, granted: readonly string[]): Settlement {
  const [denied] = commands.denials;
  if (denied !== undefined) return { outcome: 'denied', denied, ...nothing };
  const { added, removed, scope } = commands.scopes.settle(granted);
  const accessToken = commands.accessToken.settle({ forAuth0Api: isForAuth0Api(event), scope });
  const idToken = commands.idToken.settle({ forAuth0Api: false, scope: undefined });
  return {
    outcome: 'allowed',
    accessTokenClaims: accessToken.claims,
    idTokenClaims: idToken.claims,
    ignoredClaims: accessToken.ignored,
    addedScopes: added,
    removedScopes: removed,
    scope,
  };
}

/** A failed execution: Auth0 discards its commands. */
export function failed(error: unknown): Settlement {
  return { outcome: 'failed', error: error instanceof Error ? error.message : describe(error), ...nothing };
}

function describe(thrown: unknown): string {
  try {
    return String(thrown) || 'Unknown error';
  } catch {
    return 'Unknown error';
  }
}
