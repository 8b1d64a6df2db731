// The sub-path @claimgen/generator/simulate: run an emitted Action in a test, as Auth0 would.

export type { PostLoginEvent } from '#auth0/event';
export { loginEvent } from '#simulator/event/events';
export type { LoginDescription } from '#simulator/event/login-description';
export { type Action, type HostOptions, type LoginOptions, loadAction } from '#simulator/host/action-host';
export {
  type AccessTokenPayload,
  type Issuance,
  issueAccessToken,
  type TenantSettings,
} from '#simulator/host/issue-token';
export type { LoginResult } from '#simulator/host/login-result';
