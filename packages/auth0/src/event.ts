// The members of the Post-Login trigger's `event`, as documented in
// https://auth0.com/docs/customize/actions/reference/post-login/post-login-event-object

/** `event.transaction.protocol`. */
export type Protocol =
  | 'oidc-basic-profile'
  | 'oidc-implicit-profile'
  | 'oidc-hybrid-profile'
  | 'oauth2-device-code'
  | 'oauth2-password'
  | 'oauth2-resource-owner'
  | 'oauth2-refresh-token'
  | 'oauth2-token-exchange'
  | 'samlp'
  | 'wsfed';

export interface EventTransaction {
  readonly id?: string;
  readonly acr_values?: readonly string[];
  readonly locale?: string;
  readonly prompt?: readonly string[];
  readonly protocol?: Protocol;
  readonly redirect_uri?: string;
  readonly requested_scopes?: readonly string[];
  readonly response_mode?: string;
  readonly response_type?: readonly string[];
  readonly state?: string;
  readonly ui_locales?: readonly string[];
  /** Shared between the Actions of one trigger. */
  readonly metadata: Readonly<Record<string, string | number | boolean>>;
}

export interface EventUser {
  readonly user_id: string;
  /** An object by documentation; a custom database can put anything there. */
  readonly app_metadata?: unknown;
  readonly user_metadata?: unknown;
  readonly [attribute: string]: unknown;
}

export interface EventClient {
  readonly client_id: string;
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly refresh_token?: {
    readonly policies?: readonly { readonly audience?: string; readonly scope?: readonly string[] }[];
  };
}

export interface EventRefreshToken {
  readonly id: string;
  readonly created_at: string;
  readonly client_id?: string;
  readonly user_id?: string;
  readonly session_id?: string;
  readonly rotating?: boolean;
  readonly resource_servers?: readonly { readonly audience: string; readonly scopes: string }[];
}

export interface EventRequest {
  readonly ip: string;
  readonly method: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly geoip: Readonly<Record<string, unknown>>;
  /** The host the user logs in at: the tenant's or its custom domain. */
  readonly hostname?: string;
  readonly language?: string;
  readonly user_agent?: string;
}

/** What Auth0 passes as `event`; the members without a question mark are always there. */
export interface PostLoginEvent {
  readonly authentication?: {
    readonly methods: readonly { readonly name: string; readonly timestamp: string }[];
  };
  /** Names of roles, never ids. In an organization: the member's roles there. */
  readonly authorization?: { readonly roles: readonly string[] };
  readonly client: EventClient;
  readonly connection: { readonly id: string; readonly name: string; readonly strategy: string };
  readonly custom_domain?: {
    readonly domain: string;
    readonly domain_metadata: Readonly<Record<string, string>>;
  };
  readonly organization?: {
    readonly id: string;
    readonly name: string;
    readonly display_name: string;
    readonly metadata: Readonly<Record<string, string>>;
  };
  readonly refresh_token?: EventRefreshToken;
  readonly request: EventRequest;
  /** Absent when no API is requested. */
  readonly resource_server?: { readonly identifier: string };
  readonly secrets: Readonly<Record<string, string>>;
  readonly session?: { readonly id: string; readonly user_id?: string };
  readonly stats: { readonly logins_count: number };
  readonly tenant: { readonly id: string };
  readonly transaction?: EventTransaction;
  readonly user: EventUser;
}
