// Which requests an `authenticate` let pass, and with what access.
import type { Access } from './access.ts';
import type { Check } from './requirement.ts';

/** In place of the access of a request that needed none, and had none. */
const ANONYMOUS = false;

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

  /** `access` is undefined for a request without a token, where that is allowed. */
  add<A extends Access<P> | undefined>(request: R, access: A): A {
    (request as { [key: symbol]: Access<P> | false })[this.key] = access ?? ANONYMOUS;
    return access;
  }

  /** Whether the request passed, with an access or without. */
  has(request: object): boolean {
    return (this.#of(request) ?? undefined) !== undefined;
  }

  /** The access of a request; undefined for one that did not pass, or passed without. */
  get(request: object): Access<P> | undefined {
    return this.#of(request) || undefined;
  }

  /** Bound, to be handed on. Undefined for a request that passed without a token. Throws for one that did not pass. */
  readonly accessOf = (request: object): Access<P> | undefined => {
    if (!this.has(request)) throw new Error('the request has not passed this authenticate');
    return this.get(request);
  };

  /** Holds the access of a request that passed against a requirement. Throws for one that did not pass. */
  check<C>(request: object, check: Check<P, C>, context: C): Promise<void> | undefined {
    return check(this.accessOf(request), context);
  }

  #of(request: object): Access<P> | false | null | undefined {
    return (request as { [key: symbol]: Access<P> | false | null | undefined })[this.key];
  }
}
