// The package @claimgen/dev: an issuer on loopback that behaves like Auth0, given a tenant to run.
export { type Change, difference } from '@claimgen/changes';
export type {
  DevClient,
  DevTenant,
  DevUser,
  Flow,
  Login,
  LoginRequest,
  MachineRequest,
  SigningAlgorithm,
  Token,
  TokenIssuance,
} from './dev-tenant.ts';
export { DevError } from './errors.ts';
export { type RunningDev, type StartOptions, startDev } from './start.ts';
