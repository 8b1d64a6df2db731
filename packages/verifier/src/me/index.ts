// What user interfaces ask an API: `@claimgen/verifier/me`.
export type { OwnPermissions } from './own-permissions.ts';
export { ownPermissions } from './own-permissions.ts';
export type { Me, MeOptions } from './serve-me.ts';
export { serveMe } from './serve-me.ts';
