export type { FetchOptions } from './fetch.ts';
export { createFetch } from './fetch.ts';
export type { Permissions, PermissionsOptions, Snapshot } from './permissions.ts';
export { createPermissions } from './permissions.ts';
