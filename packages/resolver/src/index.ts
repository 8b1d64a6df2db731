export { ResolverError, type ResolverErrorCode } from './errors.ts';
export type { ResolverOptions } from './options.ts';
export { createResolver, type Resolver } from './resolver.ts';
export type { ResolverTables } from './tables.ts';
