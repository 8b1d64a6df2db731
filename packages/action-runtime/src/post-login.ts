/** The parts of Auth0's Post-Login `event` that the Action reads; all may be absent. */
export interface PostLoginEvent {
  readonly resource_server?: { readonly identifier?: string };
  readonly authorization?: { readonly roles?: readonly string[] };
  readonly organization?: { readonly id?: string };
  readonly secrets?: Readonly<Record<string, string>>;
  readonly transaction?: {
    readonly protocol?: string;
    readonly requested_scopes?: readonly string[];
  };
  readonly request?: { readonly body?: Readonly<Record<string, unknown>> };
  readonly client?: {
    readonly client_id?: string;
    readonly refresh_token?: {
      readonly policies?: readonly { readonly audience?: string; readonly scope?: readonly string[] }[];
    };
  };
  readonly refresh_token?: {
    readonly resource_servers?: readonly { readonly audience?: string; readonly scopes?: string }[];
  };
  readonly user?: { readonly user_id?: string };
}

/** The parts of Auth0's Post-Login `api` that the Action calls. */
export interface PostLoginApi {
  readonly access: { deny(reason: string): unknown };
  readonly accessToken: {
    setCustomClaim(name: string, value: unknown): unknown;
    removeScope(scope: string): void;
  };
  readonly cache: {
    get(key: string): { readonly value: string; readonly expires_at: number } | undefined;
    /** `ttl` in milliseconds; a refusal is a result, not an error. */
    set(key: string, value: string, options?: { readonly ttl?: number }): { readonly type: string };
    delete(key: string): unknown;
  };
  readonly roles: {
    getUserEffectiveRoles(page: { readonly take: number; readonly from?: string }): Promise<unknown>;
  };
}
