/** The parts of Auth0's Post-Login `event` that the Action reads; all may be absent. */
export interface PostLoginEvent {
  readonly resource_server?: { readonly identifier?: string };
  readonly authorization?: { readonly roles?: readonly string[] };
  readonly organization?: object;
}

/** The parts of Auth0's Post-Login `api` that the Action calls. */
export interface PostLoginApi {
  readonly access: { deny(reason: string): unknown };
  readonly accessToken: { setCustomClaim(name: string, value: unknown): unknown };
}
