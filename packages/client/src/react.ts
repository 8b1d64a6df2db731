// For React 18 and later.
import { useSyncExternalStore } from 'react';
import type { Permissions } from './permissions.ts';

/**
 * Whether the user may, by what `createPermissions` makes; the component is rendered again when that changes. False until the API has
 * answered, and on servers.
 *
 * @example
 * const mayRefund = useHasPermission(permissions, 'orders:refund');
 * return mayRefund ? <button>Refund</button> : null;
 */
export function useHasPermission<P extends string>(permissions: Permissions<P>, name: NoInfer<P>): boolean {
  return useSyncExternalStore(
    permissions.subscribe,
    () => permissions.has(name),
    () => false,
  );
}
