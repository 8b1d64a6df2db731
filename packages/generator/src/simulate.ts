// The sub-path @claimgen/generator/simulate: run an emitted Action in a test, as Auth0 would.
export { type Action, type HostOptions, type LoginOptions, loadAction } from './simulate/action-host.ts';
export { loginEvent } from './simulate/events.ts';
export {
  type AccessTokenPayload,
  type Issuance,
  issueAccessToken,
  type TenantSettings,
} from './simulate/issue-token.ts';
export type { LoginDescription } from './simulate/login-description.ts';
export type { LoginResult } from './simulate/login-result.ts';
export type { PostLoginEvent } from './simulate/post-login-event.ts';
