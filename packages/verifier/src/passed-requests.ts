import type { Access } from './access.ts';
import { checkPermission, requirePermission } from './require-permission.ts';

/** The requests that one `authenticate` let pass: in an app of several APIs, no other's access answers for them. */
export class PassedRequests<R extends object, P extends string> {
  readonly #accesses: WeakMap<R, Access<P>> = new WeakMap();

  add(request: R, access: Access<P>): Access<P> {
    this.#accesses.set(request, access);
    return access;
  }

  /** Bound, to be handed on. Throws for a request that did not pass. */
  readonly accessOf = (request: R): Access<P> => {
    const access = this.#accesses.get(request);
    if (access === undefined) throw new Error('the request has not passed this authenticate');
    return access;
  };

  /** Throws a TypeError for what can be no permission, at once; the function, like `requirePermission`. */
  requirement(permission: P): (request: R) => void {
    checkPermission(permission);
    return (request) => requirePermission<string>(this.accessOf(request), permission);
  }
}
