/** A store in Valkey or Redis, for a fleet: `@claimgen/resolver/valkey`. */
import type { TokenStore } from '@claimgen/token-cache/fleet';
import {
  type RedisClientLike,
  valkeyStore as storeOf,
  type ValkeyStoreOptions,
} from '@claimgen/token-cache/valkey';

const PREFIX = 'claimgen:permissions:';

/**
 * A store in one server, or in the primary of several. The client is duplicated, and not used itself.
 *
 * @example
 * const store = valkeyStore(createClient({ url: 'rediss://user:password@valkey.internal:6379' }));
 */
export function valkeyStore(client: RedisClientLike, options: ValkeyStoreOptions = {}): TokenStore {
  return storeOf(client, { prefix: PREFIX, ...options });
}
