// A stand-in of Auth0's Management API.
export type { ApiAnswer, ApiRequest, Breakage } from './answer.ts';
export type { Fault } from './fault.ts';
export { type Exchange, ManagementApi, type ManagementApiOptions } from './management-api.ts';
export { PLANS, type Rate } from './rate-limit.ts';
export { respond, type ServedApi, type ServeOptions, serveManagementApi } from './serve.ts';
export * from './start.ts';
export * from './tenant.ts';
export type { ApiClient } from './tokens.ts';
