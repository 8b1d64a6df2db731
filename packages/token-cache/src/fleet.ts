/** What processes of a fleet share, for other caches than that of tokens: `@claimgen/token-cache/fleet`. */
export { Guard } from './guard.ts';
export { type Lease, Leases } from './leases.ts';
export { memoryStore } from './memory-store.ts';
export type { CountOptions, Kept, TokenStore } from './store.ts';
