// The tenant as the issuer sees it: who can log in, for what, and what becomes of a login. Who builds the Actions implements it.

/** A person who can log in. */
export interface DevUser {
  readonly id: string;
  /** Names; null where Auth0's event has none. */
  readonly roles: readonly string[] | null;
  /** The organization that the user logs in to. */
  readonly organization?: { readonly id: string; readonly name?: string };
  /** `event.user`: what the ID token's claims are read from. */
  readonly profile: Readonly<Record<string, unknown>>;
}

/** An application. One that is not declared is public, and its URLs are any on loopback. */
export interface DevClient {
  readonly id: string;
  readonly name?: string;
  /** Absent: a public client, which needs PKCE. */
  readonly secret?: string;
  /** Where logins may end; absent: any URL on loopback. */
  readonly callbacks?: readonly string[];
  /** Where logouts may end; absent: any URL on loopback. */
  readonly logoutUrls?: readonly string[];
  /** APIs that its refresh tokens may be exchanged for, beyond the one that was requested at the login. */
  readonly refreshAudiences: readonly string[];
  /** Seconds for which a refresh token that was used may be used again: Auth0's rotation overlap period. 0 by default, as there. */
  readonly leeway?: number;
  /** By API, the scopes that the client itself is granted. */
  readonly grants: ReadonlyMap<string, readonly string[]>;
}

/** How the user comes to be logged in. */
export type Flow = 'password' | 'silent' | 'refresh' | 'refresh-other-audience';

export interface LoginRequest {
  readonly userId: string;
  readonly clientId: string;
  readonly flow: Flow;
  /** The API's identifier; absent: none is requested. */
  readonly audience?: string;
  /** The API that the refresh token was issued for, at a refresh for another. */
  readonly firstAudience?: string;
  /** The requested scopes. */
  readonly scopes: readonly string[];
}

/** A client that asks for a token of its own. */
export interface MachineRequest {
  readonly clientId: string;
  readonly audience: string;
  readonly scopes: readonly string[];
}

export type SigningAlgorithm = 'RS256' | 'PS256';

/** A token to sign. */
export interface Token {
  readonly algorithm: SigningAlgorithm;
  /** The JOSE header's. */
  readonly type: 'JWT' | 'at+jwt';
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What differs from token to token. */
export interface TokenIssuance {
  /** With its trailing slash. */
  readonly issuer: string;
  /** Seconds since the epoch. */
  readonly at: number;
  /** The `jti` of a token that has one. */
  readonly id: string;
}

/** What became of a login. */
export interface Login {
  readonly request: LoginRequest;
  readonly outcome: 'allowed' | 'denied' | 'failed';
  /** Why it was denied or has failed. */
  readonly reason?: string;
  /** What the Action was given. */
  readonly event: object;
  /** The scopes of the access token. */
  readonly scope: readonly string[];
  /** Custom claims of the ID token. */
  readonly idTokenClaims: Readonly<Record<string, unknown>>;
  /** The claim as it is in the access token; absent where there is none. */
  readonly claim?: unknown;
  /** What a verifier reads in the claim; null where it refuses the claim, or there is none. */
  readonly permissions: readonly string[] | null;
  /** The code of the verifier's error, where it refuses the claim. */
  readonly refused?: string;
  /** What the Action wrote with `console`. */
  readonly log: readonly string[];
  /** Names of the user that the catalog doesn't have, each in a sentence without a full stop. */
  readonly unknown: readonly string[];
  /** The access token; undefined where it is no JWT, since no API was requested. */
  token(issuance: TokenIssuance): Token | undefined;
}

/** A tenant. */
export interface DevTenant {
  readonly users: readonly DevUser[];
  readonly clients: readonly DevClient[];
  /** Whether there is such an API. */
  hasApi(identifier: string): boolean;
  /** Runs the Actions for a user. */
  login(request: LoginRequest): Promise<Login>;
  /** The token of a client's own. */
  machineToken(request: MachineRequest, issuance: TokenIssuance): Token;
}
