// What @claimgen/verifier/gateway exports: answers proxies for APIs that can't verify tokens by themselves.
export type { Gateway, GatewayOptions } from './create-gateway.ts';
export { createGateway } from './create-gateway.ts';
export type { PermissionsFormat } from './grant-headers.ts';
export type { ProxyKind } from './original-request.ts';
export type { Route } from './route.ts';
