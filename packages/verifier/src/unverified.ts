import type { LayoutIndex } from './claim/layout-index.ts';
import { indexLayout } from './claim/layout-index.ts';
import type { LayoutState } from './claim/read-claim.ts';
import { readClaim } from './claim/read-claim.ts';
import type { Layout } from './layout.ts';
import type { PermissionSet } from './permission-set.ts';
import { BitPermissionSet } from './permission-set.ts';

/**
 * What a payload that nobody verified claims to grant: enough to show or hide a button, never to allow anything.
 * `hasPermission` doesn't accept it.
 */
export interface UnverifiedPermissions<P extends string = string> extends PermissionSet<P> {
  readonly verified: false;
  readonly layout: LayoutState;
}

class UnverifiedBits<P extends string> extends BitPermissionSet<P> implements UnverifiedPermissions<P> {
  get verified(): false {
    return false;
  }
}

const indexes: WeakMap<Layout, LayoutIndex> = /* @__PURE__ */ new WeakMap();

/**
 * Reads the permission claim of a token's payload without verifying anything, for user interfaces and inspection.
 * Throws a VerifierError with `claim_malformed` or `layout_unknown`.
 */
export function readPermissions<P extends string>(
  payload: { readonly [claim: string]: unknown },
  layout: Layout<P>,
): UnverifiedPermissions<P> {
  let index = indexes.get(layout);
  if (index === undefined) {
    index = indexLayout(layout);
    indexes.set(layout, index);
  }
  const value = Object.hasOwn(payload, index.claim) ? payload[index.claim] : undefined;
  return new UnverifiedBits<P>(readClaim(value, index));
}
