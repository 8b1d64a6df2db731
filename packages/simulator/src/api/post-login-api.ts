import type { CacheApi } from './cache.ts';
import { type CustomClaims, createCustomClaims } from './custom-claims.ts';
import type { RolesApi } from './effective-roles.ts';
import { createScopeChanges, type ScopeChanges } from './scopes.ts';
import { createTransactionApi, type TransactionApi } from './transaction-metadata.ts';

/**
 * `api` of the Post-Login trigger: https://auth0.com/docs/customize/actions/reference/post-login/post-login-api-object.
 * The groups that lead the user elsewhere or change sessions (authentication, multifactor, prompt, redirect,
 * refreshToken, session, samlResponse, user, groups, validation) are absent, so that their use fails loudly here.
 */
export interface PostLoginApi {
  readonly access: { deny(reason: string): PostLoginApi };
  readonly accessToken: {
    setCustomClaim(name: string, value: unknown): PostLoginApi;
    addScope(scope: string): void;
    removeScope(scope: string): void;
  };
  readonly idToken: { setCustomClaim(name: string, value: unknown): PostLoginApi };
  readonly cache: CacheApi;
  readonly roles: RolesApi;
  readonly rules: { wasExecuted(ruleId: string): boolean };
  readonly transaction: TransactionApi;
}

/** What the Action asked for through its `api`. */
export interface Commands {
  readonly accessToken: CustomClaims;
  readonly idToken: CustomClaims;
  readonly scopes: ScopeChanges;
  /** Reasons given to `api.access.deny`. */
  readonly denials: readonly string[];
}

export interface ApiParts {
  /** The Action's own copy. */
  readonly event: object;
  readonly cache: CacheApi;
  readonly roles: RolesApi;
}

export function createPostLoginApi({ event, cache, roles }: ApiParts): {
  api: PostLoginApi;
  commands: Commands;
} {
  const accessToken = createCustomClaims('access token');
  const idToken = createCustomClaims('ID token');
  const scopes = createScopeChanges();
  const denials: string[] = [];
  const api: PostLoginApi = {
    access: {
      deny(reason) {
        denials.push(String(reason));
        return api;
      },
    },
    accessToken: {
      setCustomClaim(name, value) {
        accessToken.set(name, value);
        return api;
      },
      addScope: (scope) => scopes.add(scope),
      removeScope: (scope) => scopes.remove(scope),
    },
    idToken: {
      setCustomClaim(name, value) {
        idToken.set(name, value);
        return api;
      },
    },
    cache,
    roles,
    rules: { wasExecuted: () => false },
    transaction: createTransactionApi(event),
  };
  return { api, commands: { accessToken, idToken, scopes, denials } };
}
