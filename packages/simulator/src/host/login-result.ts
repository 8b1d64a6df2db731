import type { CacheWrite } from '../api/cache.ts';
import type { ClaimRecord, IgnoredClaim } from '../api/custom-claims.ts';
import type { SentRequest } from './network.ts';

/** What became of a login: whether tokens are issued, with which claims, and what the Action did on the way. */
export interface LoginResult {
  /** `denied`: the Action said so. `failed`: it threw, took too long, or asked for what Auth0 refuses. */
  readonly outcome: 'allowed' | 'denied' | 'failed';
  /** The reason given to `api.access.deny`; present when denied. */
  readonly denied?: string;
  /** The message of what went wrong; present when failed. */
  readonly error?: string;
  /** Custom claims of the access token, after a way through JSON. Empty unless allowed, as is the next. */
  readonly accessTokenClaims: ClaimRecord;
  readonly idTokenClaims: ClaimRecord;
  /** Claims for the access token that Auth0 silently leaves out. */
  readonly ignoredClaims: readonly IgnoredClaim[];
  readonly addedScopes: readonly string[];
  readonly removedScopes: readonly string[];
  /** Scopes of the access token. */
  readonly scope: readonly string[];
  /** Everything written with `console`. */
  readonly log: readonly string[];
  /** The first 256 characters of it, which is what Auth0 keeps. */
  readonly persistedLog: string;
  readonly cacheWrites: readonly CacheWrite[];
  readonly requests: readonly SentRequest[];
  /** Milliseconds for compiling and the module's top level; present at the first login through an Action. */
  readonly coldStart?: number;
  /** Milliseconds of the execution, the top level of a cold start included. */
  readonly elapsed: number;
}
