/** How the user comes to be logged in. `minimal` is a login whose event has none of the optional members. */
export type Flow =
  | 'password'
  | 'silent'
  | 'refresh'
  | 'refresh-other-audience'
  | 'resource-owner-password'
  | 'device-code'
  | 'minimal';

/** Every {@link Flow}. */
export const flows: readonly Flow[] = [
  'password',
  'silent',
  'refresh',
  'refresh-other-audience',
  'resource-owner-password',
  'device-code',
  'minimal',
];

export interface UserDescription {
  readonly id?: string;
  /** Names of roles; in an organization the member's. Null: the event has no `authorization`. */
  readonly roles?: readonly string[] | null;
  readonly appMetadata?: unknown;
  readonly userMetadata?: unknown;
  /** More members of `event.user`. */
  readonly profile?: Readonly<Record<string, unknown>>;
}

/** A login in few words, from which {@link loginEvent} makes the event that Auth0 would pass. JSON. */
export interface LoginDescription {
  /** `password` by default. */
  readonly flow?: Flow;
  /** Identifier of the API; without it none is requested. */
  readonly audience?: string;
  /** For `refresh-other-audience`: the API that the refresh token was first issued for. */
  readonly firstAudience?: string;
  readonly user?: UserDescription;
  readonly organization?: { readonly id: string; readonly name?: string };
  /** Requested scopes; `openid profile email` by default. */
  readonly scopes?: readonly string[];
  readonly client?: { readonly id?: string; readonly name?: string };
  /** The tenant's domain; `acme.eu.auth0.com` by default. */
  readonly domain?: string;
  readonly customDomain?: string;
  /** Secrets of the Action. */
  readonly secrets?: Readonly<Record<string, string>>;
}
