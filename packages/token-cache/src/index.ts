export type { ErrorFields, TokenCacheErrorCode } from './errors.ts';
export { TokenCacheError } from './errors.ts';
export type { RequestOutcome, TokenCacheEvent } from './events.ts';
export { memoryStore } from './memory-store.ts';
export type { ClientOptions, TokenCacheOptions } from './options.ts';
export type { Quotas } from './quotas.ts';
export type { CountOptions, Kept, TokenStore } from './store.ts';
export type { Token, TokenCache, WantedToken } from './token-cache.ts';
export { createTokenCache } from './token-cache.ts';
