// Which requests an `authenticate` let pass, and with what access.
import type { Access } from './access.ts';
import { checkPermission, requirePermission } from './require-permission.ts';

/**
 * The requests that one `authenticate` let pass: in an app of several APIs, no other's access answers for
 * them.
 */
export class PassedRequests<R extends object, P extends string> {
  /**
   * A property of its own on each request. Not a WeakMap: what an old one holds survives every minor
   * collection of V8, request or no request. Where a framework declares the properties of its requests, this
   * one is to be declared, too: adding it later is slow.
   */
  readonly key: symbol = Symbol('claimgen access');

  add(request: R, access: Access<P>): Access<P> {
    (request as { [key: symbol]: Access<P> })[this.key] = access;
    return access;
  }

  /** The access of a request; undefined for one that did not pass. */
  get(request: R): Access<P> | undefined {
    return (request as { [key: symbol]: Access<P> | null | undefined })[this.key] ?? undefined;
  }

  /** Bound, to be handed on. Throws for a request that did not pass. */
  readonly accessOf = (request: R): Access<P> => {
    const access = this.get(request);
    if (access === undefined) throw new Error('the request has not passed this authenticate');
    return access;
  };

  /** Throws a TypeError for what can be no permission, at once; the function, like `requirePermission`. */
  requirement(permission: P): (request: R) => void {
    checkPermission(permission);
    return (request) => requirePermission<string>(this.accessOf(request), permission);
  }
}
